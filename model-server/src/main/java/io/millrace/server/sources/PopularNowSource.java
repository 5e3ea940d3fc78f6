package io.millrace.server.sources;

/** What is met most often at the moment, by the caller's counts. */
final class PopularNowSource implements CandidateSource {
  private final int quota;
  private final SparseScores counts;

  /** Over a catalogue of so many items. */
  PopularNowSource(int quota, int items) {
    this.quota = quota;
    this.counts = new SparseScores(items);
  }

  @Override
  public Source source() {
    return Source.POPULAR_NOW;
  }

  @Override
  public int quota() {
    return quota;
  }

  @Override
  public void score(SourceRow row) {
    counts.clear();
    PopularNow popular = row.popular();
    for (int i = 0; i < popular.items().length; i++) {
      counts.add(popular.items()[i], popular.counts()[i]);
    }
  }

  @Override
  public void offer(ItemMarks excluded, BestItems best) {
    counts.offer(excluded, best);
  }

  @Override
  public void write(CandidateSet candidates, float[] into) {
    counts.write(candidates, into);
  }
}
