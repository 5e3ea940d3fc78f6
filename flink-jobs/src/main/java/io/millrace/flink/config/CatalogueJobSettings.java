package io.millrace.flink.config;

import io.millrace.flink.connectors.Delivery;
import io.millrace.flink.connectors.KafkaSettings;
import io.millrace.flink.connectors.RegistrySettings;
import io.millrace.flink.connectors.SinkSettings;
import io.millrace.flink.functions.CatalogueSettings;
import io.millrace.flink.functions.GatewaySettings;
import io.millrace.flink.llm.EndpointSettings;
import io.millrace.flink.llm.LanguageModelSettings;
import java.time.Duration;
import org.apache.flink.configuration.Configuration;

/**
 * Everything that the catalogue job is told, checked once.
 *
 * @param kafka where Kafka is
 * @param registry where the schema registry is
 * @param languageModel who is asked
 * @param gateway how much: of this job alone, others have a budget of their own
 * @param textEncoder who turns texts into vectors
 * @param createTopics whether missing topics are created
 * @param replication replicas of created topics; -1: the broker's default
 * @param output how knowledge and dead letters are delivered: at least once, as what comes again is
 *     the same
 * @param catalogue what is asked
 * @param maxFuture how far a record's own time may lie after its Kafka timestamp
 * @param flink Flink's own options, the job's defaults included
 */
public record CatalogueJobSettings(
    KafkaSettings kafka,
    RegistrySettings registry,
    LanguageModelSettings languageModel,
    GatewaySettings gateway,
    EndpointSettings textEncoder,
    boolean createTopics,
    short replication,
    SinkSettings output,
    CatalogueSettings catalogue,
    Duration maxFuture,
    Configuration flink) {

  /**
   * Reads and checks all options.
   *
   * @param configuration options of ours and of Flink, in any mix
   * @throws InvalidOptionException for the first that is unknown, missing or wrong
   */
  public static CatalogueJobSettings from(Configuration configuration) {
    KnownKeys.check(configuration);
    OptionReader options = new OptionReader(configuration);
    LanguageModelSettings languageModel = LanguageModelOptions.settings(configuration);
    return new CatalogueJobSettings(
        KafkaOptions.settings(configuration).inGroup(options.text(CatalogueOptions.GROUP_ID)),
        RegistryOptions.settings(configuration),
        languageModel,
        LanguageModelOptions.gateway(configuration),
        TextEncoderOptions.settings(configuration),
        options.get(KafkaOptions.CREATE_TOPICS),
        (short) options.between(KafkaOptions.REPLICATION_FACTOR, -1, Short.MAX_VALUE),
        DeliveryOptions.settings(configuration, Delivery.AT_LEAST_ONCE),
        CatalogueOptions.settings(configuration, languageModel.endpoint().model()),
        options.atLeast(TriggerOptions.MAX_FUTURE, Duration.ZERO),
        FlinkDefaults.of(configuration));
  }
}
