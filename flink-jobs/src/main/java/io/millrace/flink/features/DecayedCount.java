package io.millrace.flink.features;

/**
 * A count in which an event that is a half-life older counts half: forward decay (Cormode,
 * Shkapenyuk, Srivastava and Xu, "Forward Decay", ICDE 2009) with exponential weights.
 *
 * <p>The paper weighs an event by how long after a fixed landmark it happened, and rescales when
 * the weights grow too large. For exponential weights the landmark may move freely, so it is kept
 * at the newest event counted: the count is then at most the number of events, never overflows, and
 * two counts compare by {@link #score} whatever their landmarks.
 */
final class DecayedCount {
  private double count;
  private long landmark;

  DecayedCount(double count, long landmark) {
    this.count = count;
    this.landmark = landmark;
  }

  /** The count as of {@link #landmark()}. */
  double count() {
    return count;
  }

  /** Event time of the newest event counted, epoch milliseconds. */
  long landmark() {
    return landmark;
  }

  /** Adds a count as of some time. */
  void add(double added, long time, double halfLifeMillis) {
    if (time > landmark) {
      count = count * decay(time - landmark, halfLifeMillis) + added;
      landmark = time;
    } else {
      count += added * decay(landmark - time, halfLifeMillis);
    }
  }

  /** Orders counts of different landmarks: the logarithm, base 2, of the weight since the epoch. */
  double score(double halfLifeMillis) {
    return Math.log(count) / Math.log(2) + landmark / halfLifeMillis;
  }

  private static double decay(long age, double halfLifeMillis) {
    return age == 0 ? 1 : Math.pow(2, -age / halfLifeMillis);
  }
}
