package io.millrace.standalone.measurement;

import java.util.Arrays;

/**
 * Exact percentiles of a set of durations: of n values in order, the p-th percentile is the one at
 * place ceil(p / 100 * n), so every percentile is a value that was measured.
 */
public final class Percentiles {
  private static final double NANOS_PER_MILLI = 1e6;

  private final long[] sorted;

  /** Copies and sorts the values, in nanoseconds. */
  public Percentiles(long[] nanos) {
    this.sorted = nanos.clone();
    Arrays.sort(sorted);
  }

  /** Number of values. */
  public int count() {
    return sorted.length;
  }

  /**
   * A percentile in milliseconds; 0 without values.
   *
   * @param percentile above 0, at most 100
   */
  public double millis(double percentile) {
    if (!(percentile > 0 && percentile <= 100)) {
      throw new IllegalArgumentException("percentile " + percentile + ": above 0, at most 100");
    }
    if (sorted.length == 0) {
      return 0;
    }
    int place = (int) Math.ceil(percentile / 100 * sorted.length);
    return sorted[Math.max(place, 1) - 1] / NANOS_PER_MILLI;
  }
}
