package io.millrace.flink.connectors;

import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Every Kafka setting that is there for the sake of milliseconds, or bounded because of them.
 *
 * <p>Their counterpart inside Flink is {@code execution.buffer-timeout.interval}, among the job's
 * defaults.
 */
final class LatencySettings {
  private LatencySettings() {}

  /**
   * Of a consumer.
   *
   * @param fetchMaxWait see {@link KafkaSettings#fetchMaxWait()}
   */
  static Properties consumer(Duration fetchMaxWait) {
    Properties properties = new Properties();
    // One record is enough to answer a fetch: a record is never held back for company.
    properties.setProperty(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, "1");
    // A fetch covers only the partitions that had nothing buffered when it was sent: while it waits
    // on idle ones, a partition that was read in several pieces pauses for up to this time. Kafka's
    // default is 500 ms. Every wait that ends empty is a request, so shorter keeps idle cores busy.
    properties.setProperty(
        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, String.valueOf(fetchMaxWait.toMillis()));
    // Without open transactions on the topic this costs nothing; with them, aborted events never
    // enter a user's history.
    properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    return properties;
  }

  /** Of a producer whose records somebody waits for. */
  static Properties producer() {
    Properties properties = frugal();
    // A record leaves at once; under load what is written while a request is on its way shares the
    // next one. Kafka 4's default is to wait 5 ms for company.
    properties.setProperty(ProducerConfig.LINGER_MS_CONFIG, "0");
    return properties;
  }

  /** Of a producer whose records are read later, if at all: few requests, and small ones. */
  static Properties unhurriedProducer() {
    Properties properties = frugal();
    properties.setProperty(ProducerConfig.LINGER_MS_CONFIG, "100");
    properties.setProperty(ProducerConfig.BATCH_SIZE_CONFIG, String.valueOf(256 << 10));
    properties.setProperty(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    return properties;
  }

  private static Properties frugal() {
    Properties properties = new Properties();
    // Kafka's default is five: on the same cores, a third more work for the broker with each list.
    properties.setProperty(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1");
    // At most this much waits in memory when the broker is slow; then writing blocks, which is the
    // back-pressure.
    properties.setProperty(ProducerConfig.BUFFER_MEMORY_CONFIG, String.valueOf(16 << 20));
    return properties;
  }
}
