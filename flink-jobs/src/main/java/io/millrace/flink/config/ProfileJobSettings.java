package io.millrace.flink.config;

import io.millrace.flink.functions.ProfileSettings;
import java.time.Duration;
import org.apache.flink.configuration.Configuration;

/**
 * Everything that the profile job is told, checked once.
 *
 * @param journaled what it shares with other jobs that ask a language model
 * @param profile when profiles are written, and how
 * @param backfillAge older events, by their Kafka timestamp when they are read, are not live
 */
public record ProfileJobSettings(
    JournaledJobSettings journaled, ProfileSettings profile, Duration backfillAge) {

  /**
   * Reads and checks all options.
   *
   * @param configuration options of ours and of Flink, in any mix
   * @throws InvalidOptionException for the first that is unknown, missing or wrong
   */
  public static ProfileJobSettings from(Configuration configuration) {
    JournaledJobSettings journaled =
        JournaledJobSettings.from(configuration, ProfileOptions.GROUP_ID);
    return new ProfileJobSettings(
        journaled,
        ProfileOptions.settings(configuration, journaled.model()),
        new OptionReader(configuration).atLeast(TriggerOptions.BACKFILL_AGE, Duration.ZERO));
  }
}
