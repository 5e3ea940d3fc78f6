package io.millrace.standalone.replay;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The Kafka clients of the demo; the floor that freshness is compared with is measured with the
 * same ones.
 *
 * @param bootstrapServers brokers, as {@code host:port,...}
 * @param linger how long the producer waits for more records to send together
 * @param batchBytes the most that it sends together
 * @param fetchBytes what the consumer waits for, at least 1
 * @param fetchWait how long it waits for that
 */
public record ClientSettings(
    String bootstrapServers, Duration linger, int batchBytes, int fetchBytes, Duration fetchWait) {
  /** Records of one fetch; what is waiting beyond them stays at the broker. */
  private static final int MAX_POLL_RECORDS = 2_000;

  private static final int SMALL_BATCH = 16 * 1024;
  private static final int LARGE_BATCH = 64 * 1024;
  private static final Duration IDLE_WAIT = Duration.ofMillis(500);

  /** Every record at once, as single ones are timed. */
  public static ClientSettings forLatency(String bootstrapServers) {
    return new ClientSettings(bootstrapServers, Duration.ZERO, SMALL_BATCH, 1, IDLE_WAIT);
  }

  /** Many records together: at full speed it is not the clients that are measured. */
  public static ClientSettings forThroughput(String bootstrapServers) {
    return new ClientSettings(
        bootstrapServers, Duration.ofMillis(10), LARGE_BATCH, LARGE_BATCH, Duration.ofMillis(20));
  }

  /** Keys are text, values are framed bytes; order within a key survives retries. */
  public KafkaProducer<String, byte[]> producer() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, linger.toMillis());
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, batchBytes);
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, "millrace-demo-replay");
    return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  /** Reads committed records only; partitions are assigned by hand. */
  public KafkaConsumer<String, byte[]> consumer() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, fetchBytes);
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) fetchWait.toMillis());
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "millrace-demo-reader");
    return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
  }
}
