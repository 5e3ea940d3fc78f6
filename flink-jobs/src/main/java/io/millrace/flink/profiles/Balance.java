package io.millrace.flink.profiles;

/**
 * How events speak for and against a claim.
 *
 * @param support events that have what is claimed, and say what is claimed
 * @param against events that have it and say the opposite
 * @param odds how often the user says what is claimed for once that they say the opposite, of
 *     anything: who likes most things says little by liking this one
 */
record Balance(int support, int against, double odds) {
  /** So many events that say nothing either way are imagined: few events make no certainty. */
  private static final int IMAGINED = 2;

  /**
   * From 1, where all that is known speaks for the claim, over 0, where it holds as for anything
   * else, to below it. It is how far the share of those that speak for it lies above the user's
   * usual one, as a part of how far it could lie above.
   */
  double weight() {
    return (support - odds * against) / (support + against + IMAGINED);
  }

  /**
   * How far the share lies above the usual one, in standard deviations of what chance alone would
   * give so many events: at 1.28 one in ten chances would, at 1.64 one in twenty.
   */
  double significance() {
    double usual = odds / (1 + odds);
    int events = support + against;
    return events == 0 ? 0 : (support - events * usual) / Math.sqrt(events * usual * (1 - usual));
  }

  /** The same, where so many events gave a weight already. */
  double weightAfter(double weight, int events) {
    return (weight * (events + IMAGINED) + support - odds * against)
        / (events + support + against + IMAGINED);
  }
}
