package io.millrace.server.ranking;

import io.millrace.server.sources.CandidateSet;
import io.millrace.server.sources.Source;
import io.millrace.server.sources.SourceRow;

/**
 * What a source says of a candidate, whoever brought it.
 *
 * @param logarithm of one more than that, for counts
 */
record SourceScore(Source source, boolean logarithm) implements RankerFeature {
  @Override
  public void write(SourceRow row, CandidateSet candidates, float[] into, int at, int stride) {
    for (int i = 0; i < candidates.size(); i++) {
      float score = candidates.score(source, i);
      into[at + i * stride] = logarithm && score != 0 ? (float) Math.log1p(score) : score;
    }
  }
}
