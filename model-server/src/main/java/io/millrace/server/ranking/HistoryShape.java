package io.millrace.server.ranking;

import io.millrace.server.sources.CandidateSet;
import io.millrace.server.sources.Sessions;
import io.millrace.server.sources.SourceRow;
import java.util.function.ToDoubleFunction;

/**
 * What can be said of a history as a whole, the same for every candidate: the logarithm of one more
 * than some number.
 */
record HistoryShape(ToDoubleFunction<float[]> ofAges) implements RankerFeature {
  private static final float SESSION_GAP_S = 1800;

  /** How many events. */
  static HistoryShape length() {
    return new HistoryShape(ages -> ages.length);
  }

  /** Seconds between the two newest events; 0 with fewer. */
  static HistoryShape newestGap() {
    return new HistoryShape(
        ages ->
            ages.length < 2
                ? 0
                : Math.max(0, (double) ages[ages.length - 2] - ages[ages.length - 1]));
  }

  /** How many events the newest session has. */
  static HistoryShape sessionLength() {
    return new HistoryShape(ages -> Sessions.newest(ages, SESSION_GAP_S));
  }

  @Override
  public void write(SourceRow row, CandidateSet candidates, float[] into, int at, int stride) {
    float value = (float) Math.log1p(ofAges.applyAsDouble(row.ageSeconds()));
    for (int i = 0; i < candidates.size(); i++) {
      into[at + i * stride] = value;
    }
  }
}
