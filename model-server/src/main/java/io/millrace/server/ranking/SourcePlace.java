package io.millrace.server.ranking;

import io.millrace.server.sources.CandidateSet;
import io.millrace.server.sources.Source;
import io.millrace.server.sources.SourceRow;

/** 1 / (1 + place) among what a source brought; 0 for what it did not bring. */
record SourcePlace(Source source) implements RankerFeature {
  @Override
  public void write(SourceRow row, CandidateSet candidates, float[] into, int at, int stride) {
    for (int i = 0; i < candidates.size(); i++) {
      int place = candidates.place(source, i);
      into[at + i * stride] = place < 0 ? 0 : 1f / (1 + place);
    }
  }
}
