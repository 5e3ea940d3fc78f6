package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.e2e.PickingEndpoint.Fault;
import io.millrace.schemas.Topics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both jobs on the same topics, while the language model does everything that one can do wrong:
 * lists come as ever, and profiles as soon as it works again.
 */
@ExtendWith(SharedPlatform.class)
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class LanguageModelFaultsITCase {
  private static final int USERS = 3;

  /** The first refresh is at five. */
  private static final int EVENTS = 5;

  private static final Map<String, String> IMPATIENT =
      Map.of(
          "millrace.language-model.attempts", "2",
          "millrace.language-model.max-pause", "1 s");

  private final RunningPlatform running;

  LanguageModelFaultsITCase(RunningPlatform running) {
    this.running = running;
  }

  @Test
  void listsComeAsEverAndProfilesOnceItWorks(@TempDir Path folder) throws Exception {
    try (PickingEndpoint model = new PickingEndpoint();
        ProfileRun run = new ProfileRun(running.endpoints(), model, "", folder, IMPATIENT);
        TopicReader<EmittedList> lists =
            TopicReader.ofLists(running.endpoints(), "read_uncommitted", running::logs);
        TopicReader<String> profiles = run.reader(Topics.USER_PROFILES, record -> record.key())) {
      for (Fault fault : Fault.values()) {
        model.misbehave(fault);
        List<String> users = new ArrayList<>();
        List<String> events = new ArrayList<>();
        for (int number = 0; number < USERS; number++) {
          String user = "faults-" + fault + "-" + number;
          users.add(user);
          for (int event = 0; event < EVENTS; event++) {
            run.publishEvent(user, event);
            events.add(user + "-" + event);
          }
        }
        lists.await(events, EmittedList::trigger);
        Awaitility.await("the model to be asked during " + fault)
            .atMost(TopicReader.LIMIT)
            .until(() -> model.wronged() > 0);
        profiles.drain();
        assertThat(profiles.all()).as("during %s", fault).doesNotContainAnyElementsOf(users);

        model.behave();
        profiles.await(users, user -> user);
        assertThat(lists.all(list -> users.contains(list.user())))
            .as("during %s", fault)
            .hasSize(events.size())
            .allSatisfy(list -> assertThat(list.rungReason()).isNull());
      }
    }
  }
}
