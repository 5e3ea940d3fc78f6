package io.millrace.standalone.cli;

import io.millrace.flink.connectors.RegistryException;
import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.MalformedValueException;
import io.millrace.schemas.RecordCodec;
import io.millrace.schemas.RegistryFraming;
import io.millrace.schemas.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads all partitions of a topic, without a consumer group: whoever looks changes nothing.
 *
 * @param <V> the value's record class
 */
final class TopicReader<V extends SpecificRecord> implements AutoCloseable {
  private static final Duration METADATA_TIMEOUT = Duration.ofSeconds(10);

  private final KafkaConsumer<String, byte[]> consumer;
  private final SchemaRegistry schemas;
  private final Topic<V> topic;
  private final List<TopicPartition> partitions;
  private final Map<Integer, RecordCodec<V>> codecs = new HashMap<>();

  /**
   * Takes its place at the end of the topic.
   *
   * @throws CommandException if there is no such topic
   */
  TopicReader(Map<String, Object> kafka, SchemaRegistry schemas, Topic<V> topic) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    this.consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    this.schemas = schemas;
    this.topic = topic;
    List<PartitionInfo> found = consumer.partitionsFor(topic.name(), METADATA_TIMEOUT);
    if (found == null || found.isEmpty()) {
      consumer.close();
      throw new CommandException("there is no topic '" + topic.name() + "' on this Kafka");
    }
    this.partitions =
        found.stream().map(info -> new TopicPartition(info.topic(), info.partition())).toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    // Seeking is lazy; a position asked for now does not move with what is published meanwhile.
    partitions.forEach(partition -> consumer.position(partition, METADATA_TIMEOUT));
  }

  void seekToBeginning() {
    consumer.seekToBeginning(partitions);
  }

  /** Whether everything that is in the topic now has been read. */
  boolean isAtEnd() {
    return consumer.endOffsets(partitions).entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  /**
   * Reads what is there, waiting for the first record; tombstones are passed over.
   *
   * @throws CommandException if a value cannot be read
   */
  void poll(Duration wait, BiConsumer<ConsumerRecord<String, byte[]>, V> reader) {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(wait)) {
      if (record.value() != null) {
        reader.accept(record, decode(record));
      }
    }
  }

  private V decode(ConsumerRecord<String, byte[]> record) {
    try {
      return codecs
          .computeIfAbsent(
              RegistryFraming.schemaId(record.value()),
              id -> new RecordCodec<>(topic.valueType(), schemas.schema(id)))
          .decode(record.value());
    } catch (MalformedValueException | RegistryException.UnknownSchema e) {
      throw new CommandException(
          record.topic()
              + "-"
              + record.partition()
              + "@"
              + record.offset()
              + " cannot be read: "
              + e.getMessage());
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
