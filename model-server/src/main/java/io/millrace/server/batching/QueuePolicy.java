package io.millrace.server.batching;

import java.time.Duration;

/**
 * How requests of one priority level wait.
 *
 * @param maxWait how long one may wait; zero: until its own deadline
 * @param delays what becomes of one that has waited longer: true, it goes behind those of its level
 *     that have not; false, it is rejected
 * @param capacity most requests that wait, at least 1
 */
public record QueuePolicy(Duration maxWait, boolean delays, int capacity) {
  /** Checks the ranges. */
  public QueuePolicy {
    if (capacity < 1) {
      throw new IllegalArgumentException("queueCapacity is " + capacity + ", must be at least 1");
    }
    if (maxWait.isNegative()) {
      throw new IllegalArgumentException("maxWait is " + maxWait + ", must not be negative");
    }
  }
}
