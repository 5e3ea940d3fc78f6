package io.millrace.flink.functions;

import java.util.function.LongSupplier;

/**
 * How many tokens may be spent: a bucket that fills with a minute's tokens in a minute and holds
 * those of ten seconds. What a call may cost is reserved before it is made, and put right when it
 * is known.
 *
 * <p>A call that may cost more than the bucket holds waits until it is full, and goes into debt: so
 * no call waits for ever, and reserving makes at most one call's debt. For one thread.
 */
final class TokenBudget {
  private static final double BUCKETS_PER_MINUTE = 6;
  private static final double MILLIS_PER_MINUTE = 60_000;

  /** What a minute allows; 0 for no bound. */
  private final long perMinute;

  private final double capacity;
  private final LongSupplier millis;

  /** What may be spent now; below zero after debts. */
  private double left;

  private long filledAt;

  /**
   * A full bucket.
   *
   * @param perMinute tokens; 0 for no bound
   * @param millis a clock; where it goes back, nothing is filled
   */
  TokenBudget(long perMinute, LongSupplier millis) {
    this.perMinute = perMinute;
    this.capacity = Math.max(1, perMinute / BUCKETS_PER_MINUTE);
    this.millis = millis;
    this.left = capacity;
    this.filledAt = millis.getAsLong();
  }

  /** Takes what a call may cost; false, and nothing taken, while there is not enough. */
  boolean tryReserve(int tokens) {
    fill();
    if (perMinute > 0 && left < Math.min(tokens, capacity)) {
      return false;
    }
    left -= tokens;
    return true;
  }

  /** Says what a call did cost for which so many were reserved. */
  void settle(int reserved, int spent) {
    fill();
    left = Math.min(capacity, left + reserved - spent);
  }

  /** How much of the bucket is used: 0 when it is full, 1 when it is empty, more in debt. */
  double used() {
    fill();
    return perMinute == 0 ? 0 : 1 - left / capacity;
  }

  private void fill() {
    long now = millis.getAsLong();
    long passed = Math.max(0, now - filledAt);
    filledAt = now;
    left =
        perMinute == 0
            ? capacity
            : Math.min(capacity, left + passed * perMinute / MILLIS_PER_MINUTE);
  }
}
