package io.millrace.server.ranking;

import io.millrace.server.sources.CandidateSet;
import io.millrace.server.sources.SourceRow;

/**
 * A number that a ranker is told of each candidate. May have scratch space of its own, so for one
 * thread at a time.
 */
@FunctionalInterface
interface RankerFeature {
  /**
   * Writes it for every candidate of a row.
   *
   * @param into where the first one's goes is at {@code at}
   * @param stride from one candidate's to the next one's
   */
  void write(SourceRow row, CandidateSet candidates, float[] into, int at, int stride);
}
