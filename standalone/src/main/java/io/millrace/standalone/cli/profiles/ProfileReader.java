package io.millrace.standalone.cli.profiles;

import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.UserProfile;
import io.millrace.standalone.cli.terminal.CommandException;
import io.millrace.standalone.cli.topics.TopicReader;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads what a running system keeps of one user's profiles. */
final class ProfileReader implements AutoCloseable {
  private final Map<String, Object> kafka;
  private final SchemaRegistry schemas;
  private final String user;
  private final TopicReader<UserProfile> profiles;
  private final ProfileHistory history = new ProfileHistory();

  /**
   * Connects; nothing is read yet.
   *
   * @throws CommandException if this Kafka has no profiles
   */
  ProfileReader(Map<String, Object> kafka, SchemaRegistry schemas, String user) {
    this.kafka = kafka;
    this.schemas = schemas;
    this.user = user;
    this.profiles = new TopicReader<>(kafka, schemas, Topics.USER_PROFILES);
  }

  /** Reads all versions of the profile that are there now. */
  ProfileHistory readProfiles() {
    profiles.readAll(user::equals, (key, profile) -> history.addProfile(profile));
    return history;
  }

  /** Reads what has come since, waiting for it at most that long. */
  void poll(Duration atMost) {
    profiles.poll(atMost, user::equals, (key, profile) -> history.addProfile(profile));
  }

  /** Reads the user's answers in the journal; a system without a journal has none. */
  void readAnswers() {
    String prefix = user + "/";
    Predicate<String> own =
        key -> key.startsWith(prefix) && key.substring(prefix.length()).matches("\\d{1,18}");
    try (TopicReader<LanguageModelAnswer> journal = journal()) {
      if (journal != null) {
        journal.readAll(
            own,
            (key, answer) ->
                history.addAnswer(Long.parseLong(key.substring(prefix.length())), answer));
      }
    }
  }

  private @Nullable TopicReader<LanguageModelAnswer> journal() {
    try {
      return new TopicReader<>(kafka, schemas, Topics.LANGUAGE_MODEL_ANSWERS);
    } catch (CommandException e) {
      // There is no such topic: something else than the profile job writes the profiles.
      return null;
    }
  }

  @Override
  public void close() {
    profiles.close();
  }
}
