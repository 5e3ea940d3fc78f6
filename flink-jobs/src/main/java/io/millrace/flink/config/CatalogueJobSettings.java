package io.millrace.flink.config;

import io.millrace.flink.functions.CatalogueSettings;
import org.apache.flink.configuration.Configuration;

/**
 * Everything that the catalogue job is told, checked once.
 *
 * @param journaled what it shares with other jobs that ask a language model
 * @param catalogue what is asked
 */
public record CatalogueJobSettings(JournaledJobSettings journaled, CatalogueSettings catalogue) {

  /**
   * Reads and checks all options.
   *
   * @param configuration options of ours and of Flink, in any mix
   * @throws InvalidOptionException for the first that is unknown, missing or wrong
   */
  public static CatalogueJobSettings from(Configuration configuration) {
    JournaledJobSettings journaled =
        JournaledJobSettings.from(configuration, CatalogueOptions.GROUP_ID);
    return new CatalogueJobSettings(
        journaled, CatalogueOptions.settings(configuration, journaled.model()));
  }
}
