package io.millrace.flink.connectors;

import io.millrace.schemas.Topic;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Makes sinks that write a topic's values. */
public final class TopicSink {
  private TopicSink() {}

  /**
   * A sink into a topic.
   *
   * @param topic the contract; the settings' prefix is put before its name
   * @param key the record's key, by which Kafka chooses the partition
   */
  public static <V extends SpecificRecord> Sink<V> of(
      Topic<V> topic,
      RecordKey<V> key,
      SinkSettings sink,
      KafkaSettings kafka,
      RegistrySettings registry) {
    return of(topic, key, value -> value, sink, kafka, registry);
  }

  /**
   * A sink into a compacted topic, for what has values and tombstones.
   *
   * @param topic the contract; the settings' prefix is put before its name
   * @param key the record's key, by which Kafka chooses the partition
   * @param value the record's value, or none for a tombstone
   */
  public static <T, V extends SpecificRecord> Sink<T> of(
      Topic<V> topic,
      RecordKey<T> key,
      RecordValue<T, V> value,
      SinkSettings sink,
      KafkaSettings kafka,
      RegistrySettings registry) {
    Topic<V> named = kafka.named(topic);
    Properties properties =
        switch (sink.urgency()) {
          case AWAITED -> LatencySettings.producer();
          case KEPT -> LatencySettings.unhurriedProducer();
        };
    properties.setProperty(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
        String.valueOf(sink.transactionTimeout().toMillis()));
    properties.putAll(kafka.client());
    KafkaSinkBuilder<T> builder =
        KafkaSink.<T>builder()
            .setBootstrapServers(kafka.bootstrapServers())
            .setKafkaProducerConfig(properties)
            .setRecordSerializer(new TopicSerializer<>(named, key, value, registry))
            .setDeliveryGuarantee(sink.delivery().guarantee());
    if (sink.delivery() == Delivery.EXACTLY_ONCE) {
      // A pool reuses its transactional ids; counting them up leaves the broker a new id for every
      // checkpoint, and probing for the last one makes each restart slower than the one before.
      builder
          .setTransactionalIdPrefix(sink.transactionalIdPrefix() + "-" + named.name())
          .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING);
    }
    return builder.build();
  }
}
