package io.millrace.flink.functions;

import java.time.Duration;

/**
 * How many calls may be in flight: as many as are answered within half the deadline, on average.
 *
 * <p>A server that is asked by more than it can do answers everybody late. Then fewer calls make
 * the same number of lists, each in time, and what waits does so in Kafka. So after as many
 * outcomes as calls may be in flight, their mean time decides: the limit shrinks in proportion to
 * what it is too long by, to a half at once, or grows by a tenth.
 *
 * <p>A server that answers nobody is not slow but gone: lower rungs answer instead of it, and fewer
 * calls would only hold those up. So a round without an answer lifts the limit.
 *
 * <p>Not thread-safe.
 */
final class InFlightLimit {
  private static final int LEAST = 4;
  private static final double GROWTH = 1.1;
  private static final double LARGEST_CUT = 0.5;

  private final int most;
  private final long deadlineNanos;
  private double limit;
  private int outcomes;
  private int answers;
  private double spentNanos;

  /**
   * Begins at the most there may be.
   *
   * @param most calls in flight, at least 1
   * @param deadline of one call
   */
  InFlightLimit(int most, Duration deadline) {
    this.most = most;
    this.deadlineNanos = deadline.toNanos();
    this.limit = most;
  }

  /** Calls that may be in flight now, at least 1. */
  int allowed() {
    return (int) limit;
  }

  /** A call was answered. */
  void answered(long nanos) {
    answers++;
    outcome(Math.min(nanos, deadlineNanos));
  }

  /** A call was not answered in time, or refused because there were too many. */
  void missed() {
    outcome(deadlineNanos);
  }

  private void outcome(long nanos) {
    spentNanos += nanos;
    if (++outcomes < limit) {
      return;
    }
    limit = answers == 0 ? most : Math.min(most, Math.max(Math.min(LEAST, most), next()));
    outcomes = 0;
    answers = 0;
    spentNanos = 0;
  }

  private double next() {
    double allowance = deadlineNanos / 2.0 * outcomes / spentNanos;
    return allowance < 1 ? limit * Math.max(LARGEST_CUT, allowance) : limit * GROWTH;
  }
}
