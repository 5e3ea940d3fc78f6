package io.millrace.standalone.cli.topics;

import io.millrace.flink.connectors.RegistryException;
import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.MalformedValueException;
import io.millrace.schemas.RecordCodec;
import io.millrace.schemas.RegistryFraming;
import io.millrace.schemas.Topic;
import io.millrace.standalone.cli.terminal.CommandException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads all partitions of a topic, without a consumer group: whoever looks changes nothing.
 *
 * @param <V> the value's record class
 */
public final class TopicReader<V extends SpecificRecord> implements AutoCloseable {
  private static final Duration METADATA_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(250);

  /** After so many polls without a record in a row, a topic that has more is given up. */
  private static final int IDLE_POLLS = 120;

  /**
   * Takes a record of one key.
   *
   * @param <V> the value's record class
   */
  @FunctionalInterface
  public interface KeyedRecords<V> {
    /** The value is null where the key was removed. */
    void accept(String key, @Nullable V value);
  }

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
  public TopicReader(Map<String, Object> kafka, SchemaRegistry schemas, Topic<V> topic) {
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

  /** Goes back to the oldest record that is kept. */
  public void seekToBeginning() {
    consumer.seekToBeginning(partitions);
  }

  /** Whether everything that is in the topic now has been read. */
  public boolean isAtEnd() {
    return consumer.endOffsets(partitions).entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  /**
   * Reads what is there, waiting for the first record; tombstones are passed over.
   *
   * @throws CommandException if a value cannot be read
   */
  public void poll(Duration wait, BiConsumer<ConsumerRecord<String, byte[]>, V> reader) {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(wait)) {
      if (record.value() != null) {
        reader.accept(record, decode(record));
      }
    }
  }

  /**
   * Reads all records of some keys that are in the topic now, removals included.
   *
   * @throws CommandException if a value cannot be read, or nothing comes for half a minute
   */
  public void readAll(Predicate<String> keys, KeyedRecords<V> reader) {
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    int idle = 0;
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      idle = poll(POLL, keys, reader) == 0 ? idle + 1 : 0;
      if (idle == IDLE_POLLS) {
        throw new CommandException(
            "reading "
                + topic.name()
                + " got nothing for "
                + POLL.multipliedBy(IDLE_POLLS).toSeconds()
                + " s; is the broker up?");
      }
    }
  }

  /**
   * Reads what is there of some keys, removals included, waiting for the first record.
   *
   * @return how many records of any key there were
   * @throws CommandException if a value cannot be read
   */
  public int poll(Duration wait, Predicate<String> keys, KeyedRecords<V> reader) {
    ConsumerRecords<String, byte[]> records = consumer.poll(wait);
    for (ConsumerRecord<String, byte[]> record : records) {
      if (record.key() != null && keys.test(record.key())) {
        reader.accept(record.key(), record.value() == null ? null : decode(record));
      }
    }
    return records.count();
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
