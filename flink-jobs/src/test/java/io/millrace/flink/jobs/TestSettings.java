package io.millrace.flink.jobs;

import io.millrace.flink.config.CatalogueJobSettings;
import io.millrace.flink.config.JobSettings;
import io.millrace.flink.config.ProfileJobSettings;
import io.millrace.flink.config.RerankJobSettings;
import org.apache.flink.configuration.Configuration;

/** Settings of a job that touches nothing outside the test. */
final class TestSettings {
  private TestSettings() {}

  /** With addresses where nobody listens, and the given keys and values. */
  static JobSettings with(String... keysAndValues) {
    return JobSettings.from(configuration(keysAndValues));
  }

  /** Of a profile job, the same way. */
  static ProfileJobSettings ofProfiles(String... keysAndValues) {
    return ProfileJobSettings.from(withModels(configuration(keysAndValues)));
  }

  /** Of a catalogue job, the same way. */
  static CatalogueJobSettings ofCatalogue(String... keysAndValues) {
    return CatalogueJobSettings.from(withModels(configuration(keysAndValues)));
  }

  /** Of a rerank job, the same way. */
  static RerankJobSettings ofReranking(String... keysAndValues) {
    return RerankJobSettings.from(withModels(configuration(keysAndValues)));
  }

  private static Configuration withModels(Configuration configuration) {
    configuration.setString("millrace.language-model.url", "http://127.0.0.1:1/v1");
    configuration.setString("millrace.language-model.model", "model-1");
    configuration.setString("millrace.text-encoder.url", "http://127.0.0.1:1/v1");
    configuration.setString("millrace.text-encoder.model", "encoder-1");
    return configuration;
  }

  private static Configuration configuration(String... keysAndValues) {
    Configuration configuration = new Configuration();
    configuration.setString("millrace.kafka.bootstrap-servers", "127.0.0.1:1");
    configuration.setString("millrace.registry.url", "http://127.0.0.1:1");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      configuration.setString(keysAndValues[i], keysAndValues[i + 1]);
    }
    return configuration;
  }
}
