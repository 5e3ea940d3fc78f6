package io.millrace.flink.functions;

import static io.millrace.flink.functions.Inputs.settings;
import static io.millrace.flink.functions.Inputs.view;
import static io.millrace.flink.functions.UserHarness.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.Recommendation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** At most one list per user and interval, and every event inside some list. */
class IntervalHarnessTest {
  private final FakeRecommender server = new FakeRecommender();
  private UserHarness harness;

  @BeforeEach
  void start() throws Exception {
    harness = UserHarness.start(settings(Duration.ofSeconds(1), 8, 4, 8), server);
  }

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    assertThat(harness.numProcessingTimeTimers()).isZero();
    harness.close();
  }

  @Test
  void theFirstOfABurstGoesAtOnceAndOneTrailingListCoversTheRest() throws Exception {
    harness.process(view("u", "a", 1));
    assertThat(triggers()).containsExactly("u:a");
    harness.setProcessingTime(START + 100);
    harness.process(view("u", "b", 2));
    harness.process(view("u", "c", 3));
    harness.setProcessingTime(START + 999);
    assertThat(triggers()).isEmpty();

    harness.setProcessingTime(START + 1000);
    assertThat(triggers()).containsExactly("u:c");
    assertThat(server.all.get(1).call().itemIds()).containsExactly("a", "b", "c");
    harness.setProcessingTime(START + 2000);
    assertThat(triggers()).isEmpty();
  }

  @Test
  void aTrailingListStartsAnIntervalOfItsOwn() throws Exception {
    harness.process(view("u", "a", 1));
    harness.process(view("u", "b", 2));
    harness.setProcessingTime(START + 1000);
    assertThat(triggers()).containsExactly("u:a", "u:b");
    harness.process(view("u", "c", 3));
    assertThat(triggers()).isEmpty();
    harness.setProcessingTime(START + 2000);
    assertThat(triggers()).containsExactly("u:c");
    harness.setProcessingTime(START + 3000);
  }

  @Test
  void usersHaveIntervalsOfTheirOwn() throws Exception {
    harness.process(view("u", "a", 1));
    harness.process(view("v", "a", 1));
    assertThat(triggers()).containsExactly("u:a", "v:a");
    harness.setProcessingTime(START + 1000);
  }

  @Test
  void aRequestDoesNotWaitForTheInterval() throws Exception {
    harness.process(view("u", "a", 1));
    harness.process(Inputs.request("u", "r", null, null, null, START));
    assertThat(triggers()).containsExactly("u:a", "r");
    harness.setProcessingTime(START + 1000);
  }

  @Test
  void theEndOfTheInputDoesNotLoseTheTrailingList() throws Exception {
    harness.process(view("u", "a", 1));
    harness.process(view("u", "b", 2));
    server.take(0).answer();
    harness.runMails();
    harness.mail(() -> server.take(0).answer());
    harness.endInput();
    assertThat(triggers()).containsExactly("u:a", "u:b");
    harness.setProcessingTime(START + 1000);
  }

  private List<String> triggers() throws Exception {
    while (!server.open.isEmpty()) {
      server.take(0).answer();
      harness.runMails();
    }
    return harness.lists().stream()
        .map(Recommendation::getTrigger)
        .map(trigger -> trigger.getId())
        .toList();
  }
}
