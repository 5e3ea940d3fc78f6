package io.millrace.flink.connectors;

import java.io.Serializable;
import java.time.Duration;

/**
 * How an output topic is written.
 *
 * @param delivery what consumers can rely on
 * @param transactionalIdPrefix unique to the job and the output on the whole Kafka; only used for
 *     exactly-once
 * @param transactionTimeout after which the broker aborts an open transaction, and its records are
 *     lost; longer than a checkpoint interval plus the longest restart, and at most the broker's
 *     {@code transaction.max.timeout.ms} (15 minutes by default)
 */
public record SinkSettings(
    Delivery delivery, String transactionalIdPrefix, Duration transactionTimeout)
    implements Serializable {
  private static final long serialVersionUID = 1L;
}
