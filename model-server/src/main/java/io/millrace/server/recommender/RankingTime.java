package io.millrace.server.recommender;

import java.util.concurrent.TimeUnit;

/**
 * How long ranking will take, from how long each place took in the batches before: a moving average
 * in which a single stall counts little. For one thread at a time.
 */
final class RankingTime {
  private static final int WEIGHT = 8;
  private static final double MOST_GROWTH = 2;
  private static final double LEAST_BOUND = TimeUnit.MICROSECONDS.toNanos(1);

  private double nanosPerPlace;
  private boolean known;

  /**
   * A batch was ranked.
   *
   * @param places candidates of all rows, padding included
   */
  void took(long nanos, int places) {
    double measured = (double) nanos / places;
    if (known) {
      double bound = Math.max(LEAST_BOUND, MOST_GROWTH * nanosPerPlace);
      nanosPerPlace += (Math.min(measured, bound) - nanosPerPlace) / WEIGHT;
    } else {
      nanosPerPlace = measured;
      known = true;
    }
  }

  /** No request had that much time left. So that some are tried again, less is expected. */
  void doubt() {
    nanosPerPlace /= 2;
  }

  /** How long so many places will take, in nanoseconds. */
  long expected(int places) {
    return (long) (nanosPerPlace * places);
  }
}
