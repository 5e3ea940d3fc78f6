package io.millrace.standalone.evaluation;

/**
 * How often an item followed another at a distance of 1 to {@code depth} events, weighted 1, 1/2,
 * ... 1/depth both when counting and when scoring. A depth of 1 is a first-order Markov chain.
 *
 * <p>Equal scores, and items that never followed, go by popularity.
 */
final class TransitionsBaseline implements OnlineBaseline {
  /** So small that it only decides between equal scores. */
  private static final double TIE_BREAK = 1e-9;

  private final String name;
  private final int depth;
  private final double[][] following;
  private final double[] tieBreak;

  TransitionsBaseline(String name, int items, int depth) {
    this.name = name;
    this.depth = depth;
    this.following = new double[items][];
    this.tieBreak = new double[items];
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void score(ItemHistory history, double[] scores) {
    System.arraycopy(tieBreak, 0, scores, 0, scores.length);
    for (int distance = 1; distance <= Math.min(depth, history.size()); distance++) {
      double[] counts = following[history.newest(distance)];
      if (counts != null) {
        for (int item = 0; item < scores.length; item++) {
          scores[item] += counts[item] / distance;
        }
      }
    }
  }

  @Override
  public void learn(ItemHistory history, int item) {
    for (int distance = 1; distance <= Math.min(depth, history.size()); distance++) {
      int previous = history.newest(distance);
      if (following[previous] == null) {
        following[previous] = new double[tieBreak.length];
      }
      following[previous][item] += 1.0 / distance;
    }
    tieBreak[item] += TIE_BREAK;
  }
}
