package io.millrace.flink.config;

import io.millrace.flink.connectors.Delivery;
import io.millrace.flink.connectors.KafkaSettings;
import io.millrace.flink.connectors.RegistrySettings;
import io.millrace.flink.connectors.SinkSettings;
import io.millrace.flink.functions.GatewaySettings;
import io.millrace.flink.functions.ProfileSettings;
import io.millrace.flink.llm.EndpointSettings;
import io.millrace.flink.llm.LanguageModelSettings;
import java.time.Duration;
import org.apache.flink.configuration.Configuration;

/**
 * Everything that the profile job is told, checked once.
 *
 * @param kafka where Kafka is
 * @param registry where the schema registry is
 * @param languageModel who is asked
 * @param gateway how much
 * @param textEncoder who turns profiles into vectors
 * @param createTopics whether missing topics are created
 * @param replication replicas of created topics; -1: the broker's default
 * @param output how profiles and dead letters are delivered: at least once, as a profile that comes
 *     again is the same
 * @param profile when profiles are written, and how
 * @param backfillAge older events, by their Kafka timestamp when they are read, are not live
 * @param maxFuture how far an event's own time may lie after its Kafka timestamp
 * @param flink Flink's own options, the job's defaults included
 */
public record ProfileJobSettings(
    KafkaSettings kafka,
    RegistrySettings registry,
    LanguageModelSettings languageModel,
    GatewaySettings gateway,
    EndpointSettings textEncoder,
    boolean createTopics,
    short replication,
    SinkSettings output,
    ProfileSettings profile,
    Duration backfillAge,
    Duration maxFuture,
    Configuration flink) {

  /**
   * Reads and checks all options.
   *
   * @param configuration options of ours and of Flink, in any mix
   * @throws InvalidOptionException for the first that is unknown, missing or wrong
   */
  public static ProfileJobSettings from(Configuration configuration) {
    KnownKeys.check(configuration);
    OptionReader options = new OptionReader(configuration);
    KafkaSettings kafka = KafkaOptions.settings(configuration);
    LanguageModelSettings languageModel = LanguageModelOptions.settings(configuration);
    return new ProfileJobSettings(
        kafka.inGroup(options.text(ProfileOptions.GROUP_ID)),
        RegistryOptions.settings(configuration),
        languageModel,
        LanguageModelOptions.gateway(configuration),
        TextEncoderOptions.settings(configuration),
        options.get(KafkaOptions.CREATE_TOPICS),
        (short) options.between(KafkaOptions.REPLICATION_FACTOR, -1, Short.MAX_VALUE),
        DeliveryOptions.settings(configuration, Delivery.AT_LEAST_ONCE),
        ProfileOptions.settings(configuration, languageModel.endpoint().model()),
        options.atLeast(TriggerOptions.BACKFILL_AGE, Duration.ZERO),
        options.atLeast(TriggerOptions.MAX_FUTURE, Duration.ZERO),
        FlinkDefaults.of(configuration));
  }
}
