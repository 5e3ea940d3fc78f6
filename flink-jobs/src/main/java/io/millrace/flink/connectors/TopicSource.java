package io.millrace.flink.connectors;

import io.millrace.flink.records.SourceRecord;
import io.millrace.schemas.Topic;
import java.time.Duration;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;

/** Makes sources that read a topic's values, whatever version of its schema wrote them. */
public final class TopicSource {
  /** New partitions of a topic are found within this time. */
  private static final Duration PARTITION_DISCOVERY = Duration.ofMinutes(1);

  private TopicSource() {}

  /**
   * A source of a topic. What cannot be decoded comes out as a refused record, not as a failure; a
   * registry that cannot be reached is waited for.
   *
   * @param topic the contract; the settings' prefix is put before its name
   * @param type how the records go over the network
   * @param job name in dead letters, and in client ids
   */
  public static <V extends SpecificRecord> Source<SourceRecord<V>, ?, ?> of(
      Topic<V> topic,
      TypeInformation<SourceRecord<V>> type,
      KafkaSettings kafka,
      RegistrySettings registry,
      String job) {
    Properties properties = LatencySettings.consumer(kafka.fetchMaxWait());
    properties.setProperty(
        KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(),
        String.valueOf(PARTITION_DISCOVERY.toMillis()));
    properties.setProperty(KafkaSourceOptions.COMMIT_OFFSETS_ON_CHECKPOINT.key(), "true");
    properties.putAll(kafka.client());
    Topic<V> named = kafka.named(topic);
    return KafkaSource.<SourceRecord<V>>builder()
        .setBootstrapServers(kafka.bootstrapServers())
        .setTopics(named.name())
        .setGroupId(kafka.groupId())
        .setClientIdPrefix(job + "-" + named.name())
        .setStartingOffsets(kafka.startingOffsets().initializer())
        .setDeserializer(new TopicDeserializer<>(topic.valueType(), type, registry.forever(), job))
        .setProperties(properties)
        .build();
  }
}
