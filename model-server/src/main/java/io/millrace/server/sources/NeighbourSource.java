package io.millrace.server.sources;

/**
 * What goes with the newest items of a history: the sum of its weights in their rows of a table,
 * each event counting a little less than the one after it.
 */
final class NeighbourSource implements CandidateSource {
  private final Source source;
  private final int quota;
  private final NeighbourTable table;
  private final int events;
  private final float decay;
  private final SparseScores scores;

  /**
   * Over a table.
   *
   * @param events newest events of a history that count
   * @param decay what an event counts beside the one after it
   */
  NeighbourSource(Source source, int quota, NeighbourTable table, int events, float decay) {
    this.source = source;
    this.quota = quota;
    this.table = table;
    this.events = events;
    this.decay = decay;
    this.scores = new SparseScores(table.items());
  }

  @Override
  public Source source() {
    return source;
  }

  @Override
  public int quota() {
    return quota;
  }

  @Override
  public void score(SourceRow row) {
    scores.clear();
    int[] history = row.items();
    double weight = 1;
    for (int at = history.length - 1; at >= Math.max(0, history.length - events); at--) {
      if (history[at] != SourceRow.UNKNOWN) {
        table.addTo(history[at], (float) weight, scores);
      }
      weight *= decay;
    }
  }

  @Override
  public void offer(ItemMarks excluded, BestItems best) {
    scores.offer(excluded, best);
  }

  @Override
  public void write(CandidateSet candidates, float[] into) {
    scores.write(candidates, into);
  }
}
