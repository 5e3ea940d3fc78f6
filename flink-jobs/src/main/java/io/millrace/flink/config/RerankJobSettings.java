package io.millrace.flink.config;

import io.millrace.flink.functions.RerankSettings;
import org.apache.flink.configuration.Configuration;

/**
 * Everything that the rerank job is told, checked once.
 *
 * @param journaled what it shares with other jobs that ask a language model
 * @param rerank how lists are looked over
 */
public record RerankJobSettings(JournaledJobSettings journaled, RerankSettings rerank) {

  /**
   * Reads and checks all options.
   *
   * @param configuration options of ours and of Flink, in any mix
   * @throws InvalidOptionException for the first that is unknown, missing or wrong
   */
  public static RerankJobSettings from(Configuration configuration) {
    JournaledJobSettings journaled =
        JournaledJobSettings.from(configuration, RerankOptions.GROUP_ID);
    return new RerankJobSettings(
        journaled, RerankOptions.settings(configuration, journaled.model()));
  }
}
