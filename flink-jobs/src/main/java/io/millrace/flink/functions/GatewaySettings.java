package io.millrace.flink.functions;

import java.io.Serializable;
import java.time.Duration;

/**
 * How questions to a language model are let through. Immutable and checked on construction.
 *
 * @param concurrency questions asked at the same time, their way into the journal included; at
 *     least 1
 * @param tokensPerMinute spent by all of them together, questions and answers; 0 for as many as
 *     there are
 * @param maxWaiting questions that wait; when there are more, those of the least gain leave; at
 *     least 1
 * @param drainTimeout longest wait for questions that are left when the input ends
 */
public record GatewaySettings(
    int concurrency, long tokensPerMinute, int maxWaiting, Duration drainTimeout)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Checks every value; messages name the setting, its value and the fix. */
  public GatewaySettings {
    if (concurrency < 1) {
      throw new IllegalArgumentException(
          "concurrency is " + concurrency + ": it must be at least 1; raise it");
    }
    if (tokensPerMinute < 0) {
      throw new IllegalArgumentException(
          "tokensPerMinute is " + tokensPerMinute + ": use 1 or more, or 0 for no bound");
    }
    if (maxWaiting < 1) {
      throw new IllegalArgumentException(
          "maxWaiting is " + maxWaiting + ": it must be at least 1; raise it");
    }
    if (drainTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "drainTimeout is " + drainTimeout + ": it must not be negative; use zero or more");
    }
  }
}
