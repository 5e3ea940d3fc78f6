package io.millrace.flink.config;

import io.millrace.flink.connectors.Delivery;
import io.millrace.flink.connectors.KafkaSettings;
import io.millrace.flink.connectors.RegistrySettings;
import io.millrace.flink.connectors.SinkSettings;
import io.millrace.flink.functions.LastMileSettings;
import io.millrace.flink.functions.PopularSettings;
import io.millrace.flink.functions.RecommendSettings;
import io.millrace.flink.inference.GrpcSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the recommendation job is told, checked once.
 *
 * @param kafka where Kafka is
 * @param registry where the schema registry is
 * @param modelServer where the model server is
 * @param createTopics whether missing topics are created
 * @param replication replicas of created topics; -1: the broker's default
 * @param recommendations how lists are delivered
 * @param deadLetters how dead letters are delivered
 * @param recommend what is kept of a user and how a list is asked for
 * @param lastMile what happens to lists after the model
 * @param popular how popular-now is counted
 * @param initialPopular file with the popular counts to begin with, or null
 * @param maxFuture how far an event's own time may lie after its Kafka timestamp
 * @param flink Flink's own options, the job's defaults included
 */
public record JobSettings(
    KafkaSettings kafka,
    RegistrySettings registry,
    GrpcSettings modelServer,
    boolean createTopics,
    short replication,
    SinkSettings recommendations,
    SinkSettings deadLetters,
    RecommendSettings recommend,
    LastMileSettings lastMile,
    PopularSettings popular,
    @Nullable Path initialPopular,
    Duration maxFuture,
    Configuration flink) {

  /**
   * Reads and checks all options.
   *
   * @param configuration options of ours and of Flink, in any mix
   * @throws InvalidOptionException for the first that is unknown, missing or wrong
   */
  public static JobSettings from(Configuration configuration) {
    KnownKeys.check(configuration);
    OptionReader options = new OptionReader(configuration);
    String initialPopular = options.getOrNull(PopularOptions.INITIAL_FILE);
    JobSettings settings =
        new JobSettings(
            KafkaOptions.settings(configuration),
            RegistryOptions.settings(configuration),
            ModelServerOptions.settings(configuration),
            options.get(KafkaOptions.CREATE_TOPICS),
            (short) options.between(KafkaOptions.REPLICATION_FACTOR, -1, Short.MAX_VALUE),
            DeliveryOptions.settings(configuration, DeliveryOptions.RECOMMENDATIONS),
            DeliveryOptions.settings(configuration, DeliveryOptions.DEAD_LETTERS),
            RecommendOptions.settings(configuration),
            LastMileOptions.settings(configuration),
            PopularOptions.settings(configuration),
            initialPopular == null ? null : Path.of(initialPopular),
            options.atLeast(TriggerOptions.MAX_FUTURE, Duration.ZERO),
            FlinkDefaults.of(configuration));
    settings.checkTransactions();
    return settings;
  }

  private void checkTransactions() {
    boolean transactions =
        recommendations.delivery() == Delivery.EXACTLY_ONCE
            || deadLetters.delivery() == Delivery.EXACTLY_ONCE;
    Duration interval = flink.get(CheckpointingOptions.CHECKPOINTING_INTERVAL);
    Duration timeout = recommendations.transactionTimeout();
    if (transactions && timeout.compareTo(interval.multipliedBy(2)) < 0) {
      throw new InvalidOptionException(
          DeliveryOptions.TRANSACTION_TIMEOUT.key(),
          timeout.toMillis() + " ms",
          "is less than two checkpoint intervals of "
              + interval.toMillis()
              + " ms, so the broker could abort a transaction before it is committed",
          "raise it, or lower " + CheckpointingOptions.CHECKPOINTING_INTERVAL.key());
    }
  }
}
