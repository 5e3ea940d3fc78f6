package io.millrace.flink.config;

import io.millrace.flink.connectors.Delivery;
import io.millrace.flink.connectors.SinkSettings;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;

/** What consumers of the output topics can rely on. */
public final class DeliveryOptions {
  /** Of lists. */
  public static final ConfigOption<Delivery> RECOMMENDATIONS =
      ConfigOptions.key("millrace.delivery.recommendations")
          .enumType(Delivery.class)
          .defaultValue(Delivery.AT_LEAST_ONCE)
          .withDescription(
              "AT_LEAST_ONCE: visible within milliseconds, repeated under the same ids after a"
                  + " failure. EXACTLY_ONCE: Kafka transactions, visible at the next checkpoint.");

  /** Of refused records. */
  public static final ConfigOption<Delivery> DEAD_LETTERS =
      ConfigOptions.key("millrace.delivery.dead-letters")
          .enumType(Delivery.class)
          .defaultValue(Delivery.AT_LEAST_ONCE)
          .withDescription("The same for dead letters.");

  /** Of an abandoned transaction. */
  public static final ConfigOption<Duration> TRANSACTION_TIMEOUT =
      ConfigOptions.key("millrace.delivery.transaction-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription(
              "After this time (minutes) the broker aborts an open transaction and its records are"
                  + " lost: longer than a checkpoint interval and the longest restart together, and"
                  + " at most the broker's transaction.max.timeout.ms (15 minutes by default).");

  /** Names of transactions. */
  public static final ConfigOption<String> TRANSACTIONAL_ID_PREFIX =
      ConfigOptions.key("millrace.delivery.transactional-id-prefix")
          .stringType()
          .defaultValue("millrace")
          .withDescription(
              "Begins the transactional ids of exactly-once outputs; unique to the job on its"
                  + " Kafka.");

  private DeliveryOptions() {}

  static SinkSettings settings(Configuration configuration, ConfigOption<Delivery> output) {
    return settings(configuration, new OptionReader(configuration).get(output));
  }

  /** Of an output that nobody has a choice about. */
  static SinkSettings settings(Configuration configuration, Delivery delivery) {
    OptionReader options = new OptionReader(configuration);
    return new SinkSettings(
        delivery,
        options.text(TRANSACTIONAL_ID_PREFIX),
        options.atLeast(TRANSACTION_TIMEOUT, Duration.ofSeconds(1)));
  }
}
