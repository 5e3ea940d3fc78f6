package io.millrace.server.sources;

/** What the user did in the newest session, the newest first. */
final class ContinuationSource implements CandidateSource {
  private final int quota;
  private final float sessionSeconds;
  private final SparseScores recency;

  /**
   * Over a catalogue of so many items.
   *
   * @param sessionSeconds longest time between two events of a session
   */
  ContinuationSource(int quota, float sessionSeconds, int items) {
    this.quota = quota;
    this.sessionSeconds = sessionSeconds;
    this.recency = new SparseScores(items);
  }

  @Override
  public Source source() {
    return Source.CONTINUATION;
  }

  @Override
  public int quota() {
    return quota;
  }

  @Override
  public void score(SourceRow row) {
    recency.clear();
    int[] history = row.items();
    int events = Sessions.newest(row.ageSeconds(), sessionSeconds);
    for (int back = 0; back < events; back++) {
      int item = history[history.length - 1 - back];
      if (item != SourceRow.UNKNOWN) {
        recency.addFirst(item, 1f / (1 + back));
      }
    }
  }

  @Override
  public void offer(ItemMarks excluded, BestItems best) {
    recency.offer(excluded, best);
  }

  @Override
  public void write(CandidateSet candidates, float[] into) {
    recency.write(candidates, into);
  }
}
