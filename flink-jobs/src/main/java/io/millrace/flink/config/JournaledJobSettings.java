package io.millrace.flink.config;

import io.millrace.flink.connectors.Delivery;
import io.millrace.flink.connectors.KafkaSettings;
import io.millrace.flink.connectors.RegistrySettings;
import io.millrace.flink.connectors.SinkSettings;
import io.millrace.flink.functions.GatewaySettings;
import io.millrace.flink.llm.EndpointSettings;
import io.millrace.flink.llm.LanguageModelSettings;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/**
 * What every job is told that asks a language model and keeps its answers in a journal.
 *
 * @param kafka where Kafka is
 * @param registry where the schema registry is
 * @param languageModel who is asked
 * @param gateway how much: of this job alone, others have a budget of their own
 * @param textEncoder who turns texts into vectors
 * @param createTopics whether missing topics are created
 * @param replication replicas of created topics; -1: the broker's default
 * @param output how results and dead letters are delivered: at least once, as what comes again is
 *     the same
 * @param maxFuture how far a record's own time may lie after its Kafka timestamp
 * @param flink Flink's own options, the job's defaults included
 */
public record JournaledJobSettings(
    KafkaSettings kafka,
    RegistrySettings registry,
    LanguageModelSettings languageModel,
    GatewaySettings gateway,
    EndpointSettings textEncoder,
    boolean createTopics,
    short replication,
    SinkSettings output,
    Duration maxFuture,
    Configuration flink) {

  /**
   * Reads and checks these options, and that there are none that nobody knows.
   *
   * @param configuration options of ours and of Flink, in any mix
   * @param group the job's option for its consumer group
   * @throws InvalidOptionException for the first that is unknown, missing or wrong
   */
  static JournaledJobSettings from(Configuration configuration, ConfigOption<String> group) {
    KnownKeys.check(configuration);
    OptionReader options = new OptionReader(configuration);
    return new JournaledJobSettings(
        KafkaOptions.settings(configuration).inGroup(options.text(group)),
        RegistryOptions.settings(configuration),
        LanguageModelOptions.settings(configuration),
        LanguageModelOptions.gateway(configuration),
        TextEncoderOptions.settings(configuration),
        options.get(KafkaOptions.CREATE_TOPICS),
        (short) options.between(KafkaOptions.REPLICATION_FACTOR, -1, Short.MAX_VALUE),
        DeliveryOptions.settings(configuration, Delivery.AT_LEAST_ONCE),
        options.atLeast(TriggerOptions.MAX_FUTURE, Duration.ZERO),
        FlinkDefaults.of(configuration));
  }

  /** The name under which the endpoint knows the model that is asked. */
  String model() {
    return languageModel.endpoint().model();
  }
}
