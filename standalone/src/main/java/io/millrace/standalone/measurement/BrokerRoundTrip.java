package io.millrace.standalone.measurement;

import io.millrace.standalone.replay.ClientSettings;
import io.millrace.standalone.replay.PacingClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * How long a record takes through the broker and back to this process, with nothing in between: no
 * stream can be fresher than that.
 *
 * <p>One record at a time, evenly spaced, through a topic of its own, with the same client settings
 * as the replay.
 */
public final class BrokerRoundTrip {
  private static final String TOPIC = "millrace-demo-floor";
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
  private static final short BROKER_DEFAULT = -1;
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(100);

  /** As large as an event is. */
  private static final int VALUE_BYTES = 60;

  private final ClientSettings settings;
  private final PacingClock clock;

  /** Measures with these clients, timed by that clock. */
  public BrokerRoundTrip(ClientSettings settings, PacingClock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Sends records and waits for each of them.
   *
   * @param warmUp records at first that are not counted
   * @param count records that are
   * @param interval between two records, unless one takes longer
   * @return the time of each counted record, in nanoseconds
   * @throws KafkaException if the broker does not give a record back within 10 seconds
   * @throws InterruptedException if the thread is interrupted
   */
  public long[] measure(int warmUp, int count, Duration interval) throws InterruptedException {
    createTopic();
    try (KafkaProducer<String, byte[]> producer = settings.producer();
        KafkaConsumer<String, byte[]> consumer = settings.consumer()) {
      consumer.assign(List.of(PARTITION));
      consumer.seekToEnd(List.of(PARTITION));
      consumer.position(PARTITION);
      for (int i = 0; i < warmUp; i++) {
        once(producer, consumer);
      }
      List<Long> times = new ArrayList<>(count);
      long start = clock.nanos();
      for (int i = 0; i < count; i++) {
        clock.awaitNanos(start + i * interval.toNanos());
        times.add(once(producer, consumer));
      }
      return times.stream().mapToLong(Long::longValue).toArray();
    }
  }

  private long once(KafkaProducer<String, byte[]> producer, KafkaConsumer<String, byte[]> consumer)
      throws InterruptedException {
    long sent = clock.nanos();
    producer.send(new ProducerRecord<>(TOPIC, "probe", new byte[VALUE_BYTES]));
    while (consumer.poll(POLL).isEmpty()) {
      if (clock.nanos() - sent > LONGEST.toNanos()) {
        throw new KafkaException(
            "a record sent to "
                + TOPIC
                + " did not come back within "
                + LONGEST.toSeconds()
                + " s");
      }
    }
    return clock.nanos() - sent;
  }

  private void createTopic() throws InterruptedException {
    Properties properties = new Properties();
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
    try (Admin admin = Admin.create(properties)) {
      NewTopic topic = new NewTopic(TOPIC, 1, BROKER_DEFAULT);
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new KafkaException("creating topic " + TOPIC + ": " + e.getMessage(), e);
      }
    }
  }
}
