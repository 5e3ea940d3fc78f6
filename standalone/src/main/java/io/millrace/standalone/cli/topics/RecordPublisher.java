package io.millrace.standalone.cli.topics;

import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.RecordCodec;
import io.millrace.schemas.Topic;
import io.millrace.standalone.cli.terminal.CommandException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Publishes records under the schema ids of a registry. Not thread-safe. */
public final class RecordPublisher implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 10_000;

  private final KafkaProducer<String, byte[]> producer;
  private final SchemaRegistry schemas;
  private final Map<String, Integer> ids = new HashMap<>();
  private @Nullable Exception failure;

  /**
   * Connects with the first record.
   *
   * @param kafka properties of the client
   * @param schemas where ids of schemas come from
   */
  public RecordPublisher(Map<String, Object> kafka, SchemaRegistry schemas) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MILLIS);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS / 2);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
    this.producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    this.schemas = schemas;
  }

  /**
   * Publishes one record and waits until the broker has it.
   *
   * @return where it is now, for a person
   */
  public <V extends SpecificRecord> String publish(Topic<V> topic, String key, V value, String id) {
    RecordMetadata written = sendAndWait(topic, record(topic, key, value));
    return id + " published to " + topic.name() + " (" + written + ")";
  }

  /** Removes what a compacted topic has under a key, and waits until the broker knows. */
  public void remove(Topic<?> topic, String key) {
    sendAndWait(topic, new ProducerRecord<>(topic.name(), key, null));
  }

  private RecordMetadata sendAndWait(Topic<?> topic, ProducerRecord<String, byte[]> record) {
    try {
      return producer.send(record).get();
    } catch (ExecutionException e) {
      throw failed(topic, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(topic, e);
    }
  }

  /** Publishes one of many; {@link #flush()} tells whether all arrived. */
  public <V extends SpecificRecord> void send(Topic<V> topic, String key, V value) {
    producer.send(
        record(topic, key, value),
        (written, problem) -> {
          if (problem != null) {
            failure = problem;
          }
        });
    check();
  }

  /**
   * Waits until the broker has all that was sent.
   *
   * @throws CommandException if it refused one
   */
  public void flush() {
    producer.flush();
    check();
  }

  private void check() {
    Exception seen = failure;
    if (seen != null) {
      throw new CommandException("Kafka did not take an event: " + seen.getMessage());
    }
  }

  private <V extends SpecificRecord> ProducerRecord<String, byte[]> record(
      Topic<V> topic, String key, V value) {
    int id =
        ids.computeIfAbsent(topic.subject(), subject -> schemas.register(subject, topic.schema()));
    return new ProducerRecord<>(topic.name(), key, RecordCodec.of(topic).encode(value, id));
  }

  private static CommandException failed(Topic<?> topic, Throwable cause) {
    return new CommandException(
        "cannot publish to " + topic.name() + ": " + cause.getMessage() + "; is the broker up?");
  }

  @Override
  public void close() {
    producer.close();
  }
}
