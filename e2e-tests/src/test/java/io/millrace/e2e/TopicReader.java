package io.millrace.e2e;

import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads a whole topic from its beginning with ordinary client libraries, and keeps what it read in
 * the order of arrival, which is the order of offsets within a partition.
 *
 * <p>For one thread.
 *
 * @param <T> what is made of a record
 */
final class TopicReader<T> implements AutoCloseable {
  /** Longest wait for anything that a test expects to appear. */
  static final Duration LIMIT = Duration.ofSeconds(60);

  private static final Duration POLL = Duration.ofMillis(100);
  private static final int SHOWN = 10;

  private final KafkaConsumer<String, GenericRecord> consumer;
  private final Function<ConsumerRecord<String, GenericRecord>, T> mapping;
  private final Supplier<String> diagnosis;
  private final List<T> read = new ArrayList<>();

  /**
   * Takes its places; nothing is read yet.
   *
   * @param isolation {@code read_committed} or {@code read_uncommitted}
   * @param diagnosis what else a failure should show
   */
  TopicReader(
      Endpoints endpoints,
      String topic,
      String isolation,
      Function<ConsumerRecord<String, GenericRecord>, T> mapping,
      Supplier<String> diagnosis) {
    this.mapping = mapping;
    this.diagnosis = diagnosis;
    Map<String, Object> settings = new HashMap<>(endpoints.apicurio());
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, endpoints.bootstrapServers());
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, AvroKafkaDeserializer.class);
    consumer = new KafkaConsumer<>(settings);
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Of the lists. */
  static TopicReader<EmittedList> ofLists(
      Endpoints endpoints, String isolation, Supplier<String> diagnosis) {
    return new TopicReader<>(endpoints, "recommendations", isolation, EmittedList::from, diagnosis);
  }

  /** Everything read so far. */
  List<T> all() {
    return Collections.unmodifiableList(read);
  }

  /** What was read so far of some kind. */
  List<T> all(Predicate<T> kind) {
    return read.stream().filter(kind).toList();
  }

  /**
   * Reads until everything that is wanted has arrived.
   *
   * @param name what a record stands for, in the same terms as {@code wanted}
   */
  void await(Collection<String> wanted, Function<T, String> name) {
    await(wanted, name, LIMIT);
  }

  /** The same with a limit of its own. */
  void await(Collection<String> wanted, Function<T, String> name, Duration limit) {
    Set<String> missing = new HashSet<>(wanted);
    read.forEach(record -> missing.remove(name.apply(record)));
    long from = System.nanoTime();
    while (!missing.isEmpty()) {
      for (T record : poll()) {
        missing.remove(name.apply(record));
      }
      if (System.nanoTime() - from > limit.toNanos()) {
        throw new AssertionError(
            missing.size()
                + " of "
                + wanted.size()
                + " did not arrive within "
                + limit.toSeconds()
                + " s, among them "
                + missing.stream().sorted().limit(SHOWN).toList()
                + "\n"
                + diagnosis.get());
      }
    }
  }

  /** Reads what is in the topic now, up to its end as this reader may see it. */
  void drain() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    long from = System.nanoTime();
    while (!ends.entrySet().stream().allMatch(e -> consumer.position(e.getKey()) >= e.getValue())) {
      poll();
      if (System.nanoTime() - from > LIMIT.toNanos()) {
        throw new AssertionError(
            "the end "
                + ends
                + " is not reached after "
                + LIMIT.toSeconds()
                + " s\n"
                + diagnosis.get());
      }
    }
  }

  private List<T> poll() {
    List<T> batch = new ArrayList<>();
    consumer.poll(POLL).forEach(record -> batch.add(mapping.apply(record)));
    read.addAll(batch);
    return batch;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
