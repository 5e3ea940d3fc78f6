package io.millrace.flink.connectors;

import io.millrace.schemas.MalformedValueException;
import io.millrace.schemas.RegistryFraming;
import io.millrace.schemas.Topic;
import io.millrace.schemas.avro.LanguageModelAnswer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the journal's topic from its beginning to where it ends when the reading starts. */
final class JournalContents {
  private static final Logger LOG = LoggerFactory.getLogger(JournalContents.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PROGRESS = Duration.ofSeconds(10);

  private final Topic<LanguageModelAnswer> topic;
  private final KafkaSettings kafka;
  private final RegistrySettings registry;

  /** The newest answer's id under each key, as compaction leaves it. */
  private final Map<String, String> newest = new HashMap<>();

  private long unreadable;

  JournalContents(
      Topic<LanguageModelAnswer> topic, KafkaSettings kafka, RegistrySettings registry) {
    this.topic = topic;
    this.kafka = kafka;
    this.registry = registry;
  }

  /**
   * Reads; a thread that is interrupted stops with Kafka's exception for that.
   *
   * @return ids of the answers that have not been removed or replaced
   * @throws IllegalStateException if the topic does not exist
   */
  Set<String> answerIds() {
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties());
        SchemaRegistry client = new SchemaRegistry(registry.forever())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic.name()).stream()
              .map(info -> new TopicPartition(topic.name(), info.partition()))
              .toList();
      if (partitions.isEmpty()) {
        throw new IllegalStateException(
            "topic '" + topic.name() + "' does not exist; create it, or let the job do so");
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      read(
          consumer,
          new WriterSchemas<>(topic.valueType(), client::schema, System::nanoTime),
          consumer.endOffsets(partitions));
    }
    if (unreadable > 0) {
      LOG.warn("Topic '{}' has {} records that are no answers", topic.name(), unreadable);
    }
    return new HashSet<>(newest.values());
  }

  private void read(
      KafkaConsumer<byte[], byte[]> consumer,
      WriterSchemas<LanguageModelAnswer> schemas,
      Map<TopicPartition, Long> ends) {
    long logged = System.nanoTime();
    while (left(consumer, ends) > 0) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        take(record, schemas);
      }
      if (System.nanoTime() - logged > PROGRESS.toNanos()) {
        logged = System.nanoTime();
        LOG.info(
            "Reading topic '{}': {} answers so far, {} offsets to go",
            topic.name(),
            newest.size(),
            left(consumer, ends));
      }
    }
  }

  private static long left(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    long left = 0;
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      left += Math.max(0, end.getValue() - consumer.position(end.getKey()));
    }
    return left;
  }

  private void take(
      ConsumerRecord<byte[], byte[]> record, WriterSchemas<LanguageModelAnswer> schemas) {
    byte @Nullable [] key = record.key();
    byte @Nullable [] value = record.value();
    String name = key == null ? "" : new String(key, StandardCharsets.UTF_8);
    if (value == null) {
      newest.remove(name);
      return;
    }
    try {
      newest.put(name, schemas.codec(RegistryFraming.schemaId(value)).decode(value).getAnswerId());
    } catch (MalformedValueException | RegistryException.UnknownSchema e) {
      unreadable++;
      LOG.debug("{} {} {}", topic.name(), record.partition(), record.offset(), e);
    }
  }

  private Properties properties() {
    Properties properties = kafka.clientProperties();
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    // No group: nothing is committed, and no other reader is in the way.
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return properties;
  }
}
