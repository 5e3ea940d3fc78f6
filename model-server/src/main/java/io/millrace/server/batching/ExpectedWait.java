package io.millrace.server.batching;

/**
 * How long a line takes to be computed, from how fast it went before. Under overload a request that
 * is refused when it comes costs a fraction of one that waits until it expires. Not safe for
 * several threads.
 */
final class ExpectedWait {
  private static final double WEIGHT = 1.0 / 8;
  private static final double MOST_AT_ONCE = 2;

  private final int runners;

  /** Of one runner, as long as requests wait; 0 before it is known. */
  private double nanosPerRow;

  ExpectedWait(int runners) {
    this.runners = runners;
  }

  /**
   * A batch took that long. A stall counts as at most twice what was expected.
   *
   * @param leftOthers whether requests waited when it was formed. If not, it may have been smaller
   *     than those that a line is made of, and slower for each row: it then only counts where it
   *     was faster
   */
  void took(long nanos, int rows, boolean leftOthers) {
    double measured = (double) nanos / rows;
    if (nanosPerRow == 0) {
      nanosPerRow = leftOthers ? measured : 0;
    } else if (leftOthers || measured < nanosPerRow) {
      nanosPerRow += (Math.min(measured, MOST_AT_ONCE * nanosPerRow) - nanosPerRow) * WEIGHT;
    }
  }

  /** Nanoseconds until so many rows have been computed; 0 as long as no line has been. */
  long nanos(int rows) {
    return (long) (rows * nanosPerRow / runners);
  }
}
