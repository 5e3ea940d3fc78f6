package io.millrace.server.ranking;

import io.millrace.server.sources.CandidateSet;
import io.millrace.server.sources.SourceRow;
import io.millrace.server.sources.SparseScores;

/** How often a candidate is in the history: the logarithm of one more than that. */
final class Repeats implements RankerFeature {
  private final SparseScores counts;

  /** Over a catalogue of so many items. */
  Repeats(int items) {
    this.counts = new SparseScores(items);
  }

  @Override
  public void write(SourceRow row, CandidateSet candidates, float[] into, int at, int stride) {
    counts.clear();
    for (int item : row.items()) {
      if (item != SourceRow.UNKNOWN) {
        counts.add(item, 1);
      }
    }
    for (int i = 0; i < candidates.size(); i++) {
      float times = counts.of(candidates.item(i));
      into[at + i * stride] = times == 0 ? 0 : (float) Math.log1p(times);
    }
  }
}
