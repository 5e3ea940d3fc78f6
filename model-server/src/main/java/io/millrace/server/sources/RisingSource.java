package io.millrace.server.sources;

/**
 * What is met more often now than in training: an item's share of the caller's counts over its
 * share of those in training, where every item counts one more so that new ones have a share.
 */
final class RisingSource implements CandidateSource {
  private final int quota;
  private final ItemCounts counts;
  private final SparseScores shares;

  RisingSource(int quota, ItemCounts counts) {
    this.quota = quota;
    this.counts = counts;
    this.shares = new SparseScores(counts.items());
  }

  @Override
  public Source source() {
    return Source.RISING;
  }

  @Override
  public int quota() {
    return quota;
  }

  @Override
  public void score(SourceRow row) {
    shares.clear();
    PopularNow popular = row.popular();
    double now = 0;
    for (float count : popular.counts()) {
      now += count;
    }
    if (now <= 0) {
      return;
    }
    double before = (double) counts.sum() + counts.items();
    for (int i = 0; i < popular.items().length; i++) {
      int item = popular.items()[i];
      double share = (counts.of(item) + 1) / before;
      shares.add(item, (float) (popular.counts()[i] / now / share));
    }
  }

  @Override
  public void offer(ItemMarks excluded, BestItems best) {
    shares.offer(excluded, best);
  }

  @Override
  public void write(CandidateSet candidates, float[] into) {
    shares.write(candidates, into);
  }
}
