package io.millrace.server.ranking;

import io.millrace.server.sources.CandidateSet;
import io.millrace.server.sources.SourceRow;
import io.millrace.server.sources.SparseScores;

/**
 * How lately a candidate was in the history: 1 / (1 + events after its newest one); 0 if it was
 * not.
 */
final class RepeatRecency implements RankerFeature {
  private final SparseScores recency;

  /** Over a catalogue of so many items. */
  RepeatRecency(int items) {
    this.recency = new SparseScores(items);
  }

  @Override
  public void write(SourceRow row, CandidateSet candidates, float[] into, int at, int stride) {
    recency.clear();
    int[] history = row.items();
    for (int back = 0; back < history.length; back++) {
      int item = history[history.length - 1 - back];
      if (item != SourceRow.UNKNOWN) {
        recency.addFirst(item, 1f / (1 + back));
      }
    }
    for (int i = 0; i < candidates.size(); i++) {
      into[at + i * stride] = recency.of(candidates.item(i));
    }
  }
}
