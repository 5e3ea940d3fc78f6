package io.millrace.flink.config;

import io.millrace.flink.connectors.KafkaSettings;
import io.millrace.flink.connectors.StartingOffsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;

/** Where Kafka is and how it is read. */
public final class KafkaOptions {
  /** Keys below this are handed to every Kafka client, without it. */
  public static final String CLIENT_PREFIX = "millrace.kafka.client.";

  /** The brokers. */
  public static final ConfigOption<String> BOOTSTRAP_SERVERS =
      ConfigOptions.key("millrace.kafka.bootstrap-servers")
          .stringType()
          .noDefaultValue()
          .withDescription("The Kafka brokers to ask first, as host:port,host:port. Required.");

  /** Names of several systems on one Kafka. */
  public static final ConfigOption<String> TOPIC_PREFIX =
      ConfigOptions.key("millrace.kafka.topic-prefix")
          .stringType()
          .defaultValue("")
          .withDescription(
              "Put before the name of every topic, so that several systems share one Kafka.");

  /** Whose offsets are committed. */
  public static final ConfigOption<String> GROUP_ID =
      ConfigOptions.key("millrace.kafka.group-id")
          .stringType()
          .defaultValue("millrace-recommendations")
          .withDescription(
              "Consumer group that offsets are committed under at each checkpoint. A job that is"
                  + " restored reads from its checkpoint, not from these.");

  /** Where to begin. */
  public static final ConfigOption<StartingOffsets> STARTING_OFFSETS =
      ConfigOptions.key("millrace.kafka.starting-offsets")
          .enumType(StartingOffsets.class)
          .defaultValue(StartingOffsets.COMMITTED)
          .withDescription(
              "Where a job that starts without a checkpoint begins to read: what its group"
                  + " committed (else the beginning), the beginning, or the end.");

  /** Latency against idle load. */
  public static final ConfigOption<Duration> FETCH_MAX_WAIT =
      ConfigOptions.key("millrace.kafka.fetch-max-wait")
          .durationType()
          .defaultValue(Duration.ofMillis(100))
          .withDescription(
              "Longest time (milliseconds) that a broker holds back the answer to a fetch while"
                  + " nothing is new; a new record is answered at once. Shorter bounds the pause"
                  + " of a partition that was read in several pieces, longer saves processor time"
                  + " while idle (each fetch costs about 0.4 ms of it, on both sides together).");

  /** Whether to create. */
  public static final ConfigOption<Boolean> CREATE_TOPICS =
      ConfigOptions.key("millrace.kafka.create-topics")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Create missing topics when the job is submitted. Existing ones are never changed,"
                  + " differences from the contract are warnings.");

  /** Of created topics. */
  public static final ConfigOption<Integer> REPLICATION_FACTOR =
      ConfigOptions.key("millrace.kafka.replication-factor")
          .intType()
          .defaultValue(-1)
          .withDescription(
              "Replicas of each partition of a topic that is created; -1: the broker's default.");

  private KafkaOptions() {}

  static KafkaSettings settings(Configuration configuration) {
    OptionReader options = new OptionReader(configuration);
    Map<String, String> client = new HashMap<>();
    configuration
        .toMap()
        .forEach(
            (key, value) -> {
              if (key.startsWith(CLIENT_PREFIX)) {
                client.put(key.substring(CLIENT_PREFIX.length()), value);
              }
            });
    return new KafkaSettings(
        options.text(BOOTSTRAP_SERVERS),
        options.get(TOPIC_PREFIX),
        options.text(GROUP_ID),
        options.get(STARTING_OFFSETS),
        options.between(FETCH_MAX_WAIT, Duration.ofMillis(1), Duration.ofSeconds(10)),
        client);
  }
}
