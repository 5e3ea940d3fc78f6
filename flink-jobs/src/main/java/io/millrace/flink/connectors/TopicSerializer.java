package io.millrace.flink.connectors;

import io.millrace.schemas.RecordCodec;
import io.millrace.schemas.Topic;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.serialization.SerializationSchema.InitializationContext;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Values to Kafka records, framed with the id that the registry gives the topic's schema.
 *
 * <p>The record's timestamp is left to the producer, which takes the current time: an old event's
 * own time would be deleted by retention, a future one refused.
 */
final class TopicSerializer<T, V extends SpecificRecord>
    implements KafkaRecordSerializationSchema<T>, KafkaDatasetFacetProvider {
  private static final long serialVersionUID = 1L;

  private final String topicName;
  private final String subject;
  private final Class<V> valueType;
  private final RecordKey<T> key;
  private final RecordValue<T, V> value;
  private final RegistrySettings registry;
  private transient @Nullable RecordCodec<V> codec;
  private transient int schemaId;

  TopicSerializer(
      Topic<V> topic, RecordKey<T> key, RecordValue<T, V> value, RegistrySettings registry) {
    this.topicName = topic.name();
    this.subject = topic.subject();
    this.valueType = topic.valueType();
    this.key = key;
    this.value = value;
    this.registry = registry;
  }

  @Override
  public void open(InitializationContext context, KafkaSinkContext sinkContext) {
    try (SchemaRegistry client = new SchemaRegistry(registry)) {
      open(client.register(subject, SpecificData.get().getSchema(valueType)));
    }
  }

  void open(int idOfOwnSchema) {
    codec = new RecordCodec<>(valueType, SpecificData.get().getSchema(valueType));
    schemaId = idOfOwnSchema;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      T element, KafkaSinkContext context, @Nullable Long timestamp) {
    RecordCodec<V> opened = Objects.requireNonNull(codec, "opened before it is used");
    V written = value.of(element);
    byte[] bytes = written == null ? null : opened.encode(written, schemaId);
    return new ProducerRecord<>(topicName, null, null, key.of(element), bytes);
  }

  /** Names the topic: the pooled transactions look there for what a dead job left open. */
  @Override
  public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
    return Optional.of(
        new DefaultKafkaDatasetFacet(DefaultKafkaDatasetIdentifier.ofTopics(List.of(topicName))));
  }
}
