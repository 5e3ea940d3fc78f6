package io.millrace.standalone.evaluation;

/**
 * Adds up ranks to a {@link Quality}.
 *
 * <p>Discounted gain as in K. Järvelin and J. Kekäläinen, <i>Cumulated Gain-Based Evaluation of IR
 * Techniques</i>, 2002; with one relevant item the ideal gain is 1. Not thread-safe.
 */
final class RankingMetrics {
  /** The rank of a target that is not in the list at all. */
  static final int UNRANKED = 0;

  /** Places that count. */
  static final int AT = 10;

  private int evaluated;
  private int hits;
  private double gain;

  /**
   * Counts one target.
   *
   * @param rank from 1, or {@link #UNRANKED}
   */
  void add(int rank) {
    evaluated++;
    if (rank != UNRANKED && rank <= AT) {
      hits++;
      gain += Math.log(2) / Math.log(rank + 1.0);
    }
  }

  /** Over the targets counted so far. */
  Quality quality() {
    return quality(evaluated);
  }

  /** Over that many targets, where those that were not counted are misses. */
  Quality quality(int targets) {
    return targets == 0
        ? new Quality(0, 0, 0)
        : new Quality(targets, (double) hits / targets, gain / targets);
  }
}
