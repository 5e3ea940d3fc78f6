package io.millrace.server.batching;

import java.util.concurrent.TimeUnit;

/**
 * How long a batch will take, from those before it: a moving average in which a single stall counts
 * little. Under overload the requests at the head of the queue are about to expire; computing those
 * that cannot be answered in time would leave no time for the others. Not safe for several threads.
 */
final class ExpectedDuration {
  private static final int WEIGHT = 8;
  private static final long LEAST_BOUND = TimeUnit.MILLISECONDS.toNanos(1);

  private long nanos;
  private double rows;

  /** A batch of so many rows took that long. It counts as at most twice what was expected. */
  void took(long measured, int rowsOfIt) {
    long bound = Math.max(LEAST_BOUND, 2 * nanos);
    nanos += (Math.min(measured, bound) - nanos) / WEIGHT;
    rows += (rowsOfIt - rows) / WEIGHT;
  }

  /** No request had that much time left. So that some are tried again, less is expected. */
  void doubt() {
    nanos /= 2;
  }

  long nanos() {
    return nanos;
  }

  /**
   * As many rows as are expected to be computed in that time; any number before the first batch.
   */
  int rowsWithin(long time) {
    return nanos == 0 ? Integer.MAX_VALUE : (int) Math.min(Integer.MAX_VALUE, time * rows / nanos);
  }
}
