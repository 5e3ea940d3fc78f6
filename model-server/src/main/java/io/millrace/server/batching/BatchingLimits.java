package io.millrace.server.batching;

import java.time.Duration;

/**
 * How large batches get and how long requests wait.
 *
 * @param maxRows most rows of a batch, at least 1; a request with more rows than this is the
 *     caller's to refuse
 * @param maxDelay how long the first request of a batch waits for company while an instance is
 *     idle; zero: not at all, batches then form while all instances are busy
 * @param maxWait how long a request may wait altogether; zero: until its own deadline
 * @param queueCapacity most requests that wait, at least 1
 * @param acrossRequests whether requests may share a batch at all
 */
public record BatchingLimits(
    int maxRows, Duration maxDelay, Duration maxWait, int queueCapacity, boolean acrossRequests) {
  /** Checks the ranges. */
  public BatchingLimits {
    if (maxRows < 1) {
      throw new IllegalArgumentException("maxRows is " + maxRows + ", must be at least 1");
    }
    if (queueCapacity < 1) {
      throw new IllegalArgumentException(
          "queueCapacity is " + queueCapacity + ", must be at least 1");
    }
    if (maxDelay.isNegative() || maxWait.isNegative()) {
      throw new IllegalArgumentException(
          "maxDelay is " + maxDelay + ", maxWait is " + maxWait + ", must not be negative");
    }
  }
}
