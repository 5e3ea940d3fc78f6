package io.millrace.standalone.replay;

import io.millrace.schemas.MalformedValueException;
import io.millrace.schemas.RecordCodec;
import io.millrace.schemas.RegistryFraming;
import io.millrace.schemas.Topic;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.DeadLetter;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.UserProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what comes out, as any other Kafka client would: every partition of the recommendations and
 * the dead letters and the profiles, from where they end when it is opened.
 *
 * <p>One thread reads and calls the listener.
 */
public final class OutputReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration METADATA_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  private final KafkaConsumer<String, byte[]> consumer;
  private final SchemaIds schemas;
  private final Listener listener;
  private final LongSupplier nanoClock;
  private final Map<Integer, RecordCodec<Recommendation>> lists = new HashMap<>();
  private final Map<Integer, RecordCodec<DeadLetter>> deadLetters = new HashMap<>();
  private final Map<Integer, RecordCodec<UserProfile>> profiles = new HashMap<>();
  private final Thread thread;
  private volatile boolean closed;
  private volatile @Nullable RuntimeException failure;

  /** Hears what was read, on the reader's thread. */
  public interface Listener {

    /** A list, read at that reading of the monotonic clock. */
    void onList(Recommendation list, long nanos);

    /** A record that the job refused. */
    void onDeadLetter(DeadLetter letter);

    /** A profile was written. */
    void onProfile(UserProfile profile);
  }

  /**
   * Takes its places at the ends of the topics, and starts reading.
   *
   * @param nanoClock read once for each batch of records, when it has arrived
   */
  public OutputReader(
      ClientSettings settings, SchemaIds schemas, Listener listener, LongSupplier nanoClock) {
    this.consumer = settings.consumer();
    this.schemas = schemas;
    this.listener = listener;
    this.nanoClock = nanoClock;
    List<TopicPartition> partitions = new ArrayList<>();
    for (Topic<?> topic :
        List.of(Topics.RECOMMENDATIONS, Topics.DEAD_LETTERS, Topics.USER_PROFILES)) {
      consumer
          .partitionsFor(topic.name(), METADATA_TIMEOUT)
          .forEach(info -> partitions.add(new TopicPartition(topic.name(), info.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    // Seeking is lazy: without asking for each position now, records published before the first
    // poll would be skipped.
    partitions.forEach(partition -> consumer.position(partition, METADATA_TIMEOUT));
    this.thread = new Thread(this::readUntilClosed, "millrace-demo-reader");
    thread.setDaemon(true);
    thread.start();
  }

  /** Why reading ended by itself, if it did. */
  public Optional<RuntimeException> failure() {
    return Optional.ofNullable(failure);
  }

  private void readUntilClosed() {
    try (consumer) {
      while (!closed) {
        var records = consumer.poll(POLL);
        long now = nanoClock.getAsLong();
        records.forEach(record -> read(record, now));
      }
    } catch (WakeupException e) {
      // Sent by close().
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private void read(ConsumerRecord<String, byte[]> record, long now) {
    byte[] value = record.value();
    boolean isProfile = record.topic().equals(Topics.USER_PROFILES.name());
    if (value == null && isProfile) {
      return;
    }
    if (value == null) {
      throw new MalformedValueException(
          record.topic() + "-" + record.partition() + "@" + record.offset() + " has no value");
    }
    if (record.topic().equals(Topics.RECOMMENDATIONS.name())) {
      listener.onList(decode(lists, Recommendation.class, value), now);
    } else if (isProfile) {
      listener.onProfile(decode(profiles, UserProfile.class, value));
    } else {
      listener.onDeadLetter(decode(deadLetters, DeadLetter.class, value));
    }
  }

  private <V extends SpecificRecord> V decode(
      Map<Integer, RecordCodec<V>> codecs, Class<V> type, byte[] value) {
    return codecs
        .computeIfAbsent(
            RegistryFraming.schemaId(value), id -> new RecordCodec<>(type, schemas.schemaOf(id)))
        .decode(value);
  }

  /** Stops reading, within 10 seconds. */
  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
    try {
      thread.join(STOP_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
