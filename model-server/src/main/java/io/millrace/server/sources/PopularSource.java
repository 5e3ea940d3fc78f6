package io.millrace.server.sources;

/** What was met most often in training, by the logarithm of how often. */
final class PopularSource implements CandidateSource {
  private final int quota;
  private final ItemCounts counts;

  PopularSource(int quota, ItemCounts counts) {
    this.quota = quota;
    this.counts = counts;
  }

  @Override
  public Source source() {
    return Source.POPULAR;
  }

  @Override
  public int quota() {
    return quota;
  }

  @Override
  public void score(SourceRow row) {
    // The same for every row.
  }

  @Override
  public void offer(ItemMarks excluded, BestItems best) {
    int offered = 0;
    for (int item : counts.order().items()) {
      if (offered == quota || counts.of(item) == 0) {
        return;
      }
      if (!excluded.has(item)) {
        best.offer(item, counts.logarithm(item));
        offered++;
      }
    }
  }

  @Override
  public void write(CandidateSet candidates, float[] into) {
    for (int i = 0; i < candidates.size(); i++) {
      into[i] = counts.logarithm(candidates.item(i));
    }
  }
}
