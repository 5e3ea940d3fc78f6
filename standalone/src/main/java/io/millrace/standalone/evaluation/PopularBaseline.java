package io.millrace.standalone.evaluation;

/** How often an item was chosen so far, by anybody. */
final class PopularBaseline implements OnlineBaseline {
  private final double[] counts;

  PopularBaseline(int items) {
    this.counts = new double[items];
  }

  @Override
  public String name() {
    return "popular";
  }

  @Override
  public void score(ItemHistory history, double[] scores) {
    System.arraycopy(counts, 0, scores, 0, counts.length);
  }

  @Override
  public void learn(ItemHistory history, int item) {
    counts[item]++;
  }
}
