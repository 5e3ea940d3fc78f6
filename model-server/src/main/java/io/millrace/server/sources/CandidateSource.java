package io.millrace.server.sources;

/** Something beside the retriever that brings items. Reused from row to row, by one thread. */
public interface CandidateSource {
  /** Which one it is. */
  Source source();

  /** Most items that it brings; 0 for one that only scores what others bring. */
  int quota();

  /** Begins a row. */
  void score(SourceRow row);

  /**
   * Offers the items that it speaks for, its best ones at least, to be cut to the quota.
   *
   * @param excluded items that it must not offer
   */
  void offer(ItemMarks excluded, BestItems best);

  /**
   * Writes what it says of every candidate of the row, whoever brought it; 0 for nothing.
   *
   * @param into zeros, at least as many as there are candidates
   */
  void write(CandidateSet candidates, float[] into);
}
