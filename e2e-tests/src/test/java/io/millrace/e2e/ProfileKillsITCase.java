package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The profile job is killed while profiles are written. How often: {@code -Dmillrace.kills=50}; it
 * is a few times unless that says otherwise. {@code -Dmillrace.kills.language-model=URL}, with the
 * base of OpenAI's interface, lets that model write them, and {@code -Dmillrace.kills.users=20}
 * says for how many users.
 */
@ExtendWith(SharedPlatform.class)
@Timeout(value = 45, unit = TimeUnit.MINUTES)
class ProfileKillsITCase {
  private static final int KILLS = Integer.getInteger("millrace.kills", 4);
  private static final int USERS =
      Integer.getInteger("millrace.kills.users", Math.max(20, 4 * KILLS));
  private static final @Nullable String MODEL = System.getProperty("millrace.kills.language-model");
  private static final String NAME =
      System.getProperty("millrace.kills.language-model.name", "smollm2-135m-instruct");

  /** A real model takes seconds for a profile. */
  private static final Duration LIMIT = MODEL == null ? TopicReader.LIMIT : Duration.ofMinutes(20);

  /** The second refresh is at ten. */
  private static final int EVENTS = 12;

  private static final List<String> NAMES =
      IntStream.range(0, USERS).mapToObj(user -> "user-" + user).toList();

  private final Endpoints endpoints;

  ProfileKillsITCase(RunningPlatform running) {
    endpoints = running.endpoints();
  }

  /**
   * What a run left behind.
   *
   * @param profiles each user's newest, without the times of the answers
   * @param journal keys of all records of the journal that are about these users
   * @param questions that the model was asked
   */
  private record Outcome(Map<String, String> profiles, List<String> journal, int questions) {}

  private static String timeless(GenericRecord profile) {
    return profile.getSchema().getFields().stream()
        .filter(field -> !field.name().equals("updatedAt"))
        .map(field -> field.name() + "=" + profile.get(field.pos()))
        .collect(Collectors.joining("\n"));
  }

  private Outcome run(String prefix, int kills, Path checkpoints) throws Exception {
    try (PickingEndpoint model = new PickingEndpoint();
        ProfileRun run = new ProfileRun(endpoints, model, prefix, checkpoints, Map.of())) {
      if (MODEL != null) {
        model.pass(new RealLanguageModel(MODEL, NAME));
      }
      int killed = 0;
      for (int event = 0; event < EVENTS; event++) {
        for (String user : NAMES) {
          run.publishEvent(user, event);
          if (event >= 4 && killed < kills && user.hashCode() % 7 == killed % 7) {
            run.kill();
            killed++;
          }
        }
      }
      while (killed++ < kills) {
        run.kill();
      }
      try (TopicReader<Map.Entry<String, GenericRecord>> profiles =
              run.reader(Topics.USER_PROFILES, record -> Map.entry(record.key(), record.value()));
          TopicReader<String> journal =
              run.reader(Topics.LANGUAGE_MODEL_ANSWERS, record -> record.key())) {
        List<String> wanted = NAMES.stream().map(user -> user + " after 10").toList();
        profiles.await(
            wanted,
            entry -> entry.getKey() + " after " + entry.getValue().get("eventCount"),
            LIMIT);
        journal.drain();
        Map<String, String> newest = new TreeMap<>();
        profiles
            .all(entry -> NAMES.contains(entry.getKey()))
            .forEach(entry -> newest.put(entry.getKey(), timeless(entry.getValue())));
        List<String> keys = new ArrayList<>(journal.all(key -> key.startsWith("user-")));
        return new Outcome(newest, keys, model.questions().size());
      }
    }
  }

  @Test
  void nothingIsPaidTwiceNothingIsLostAndTheProfilesAreTheSame(@TempDir Path folder)
      throws Exception {
    Outcome undisturbed = run("undisturbed-", 0, folder.resolve("undisturbed"));
    Outcome killed = run("killed-", KILLS, folder.resolve("killed"));

    assertThat(killed.profiles()).isEqualTo(undisturbed.profiles()).hasSize(USERS);
    assertThat(killed.journal())
        .as("an answer that is in the journal is not asked for again")
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(undisturbed.journal());
    System.out.printf(
        "%d kills: %d profiles the same, %d answers journaled once each, %d questions asked%n",
        KILLS, USERS, killed.journal().size(), killed.questions());
  }
}
