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
 * @param urgency what a record's way into the topic is made for
 */
public record SinkSettings(
    Delivery delivery, String transactionalIdPrefix, Duration transactionTimeout, Urgency urgency)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What a record's way into a topic is made for. */
  public enum Urgency {
    /** Somebody waits for it: it leaves at once. */
    AWAITED,
    /** It is kept for later: it waits a moment for others, and they are compressed together. */
    KEPT
  }

  /** An output that somebody waits for. */
  public SinkSettings(
      Delivery delivery, String transactionalIdPrefix, Duration transactionTimeout) {
    this(delivery, transactionalIdPrefix, transactionTimeout, Urgency.AWAITED);
  }

  /** The same for an output that nobody waits for. */
  public SinkSettings kept() {
    return new SinkSettings(delivery, transactionalIdPrefix, transactionTimeout, Urgency.KEPT);
  }
}
