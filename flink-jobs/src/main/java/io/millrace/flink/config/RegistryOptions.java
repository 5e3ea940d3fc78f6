package io.millrace.flink.config;

import io.millrace.flink.connectors.RegistrySettings;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;

/** Where the schema registry is. */
public final class RegistryOptions {
  /** Its address. */
  public static final ConfigOption<String> URL =
      ConfigOptions.key("millrace.registry.url")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Base of the schema registry's common API, such as"
                  + " http://127.0.0.1:8081/apis/ccompat/v7. Required.");

  /** For one answer. */
  public static final ConfigOption<Duration> REQUEST_TIMEOUT =
      ConfigOptions.key("millrace.registry.request-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(5))
          .withDescription("Longest wait (seconds) for one answer of the registry.");

  /** At start. */
  public static final ConfigOption<Duration> PATIENCE =
      ConfigOptions.key("millrace.registry.patience")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription(
              "How long (seconds) an unreachable registry is retried when the job starts. A source"
                  + " that meets a new schema id later waits until the registry is back.");

  /** Basic authentication. */
  public static final ConfigOption<String> USER_INFO =
      ConfigOptions.key("millrace.registry.user-info")
          .stringType()
          .noDefaultValue()
          .withDescription("user:password for basic authentication; not set: none.");

  private RegistryOptions() {}

  static RegistrySettings settings(Configuration configuration) {
    OptionReader options = new OptionReader(configuration);
    try {
      return new RegistrySettings(
          options.text(URL),
          options.atLeast(REQUEST_TIMEOUT, Duration.ofMillis(1)),
          options.atLeast(PATIENCE, Duration.ZERO),
          options.getOrNull(USER_INFO));
    } catch (InvalidOptionException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new InvalidOptionException(URL.key() + ": " + e.getMessage());
    }
  }
}
