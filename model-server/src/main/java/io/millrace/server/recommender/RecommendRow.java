package io.millrace.server.recommender;

import io.millrace.server.sources.SourceRow;

/**
 * One row of a request: what the retriever is given, and what everything behind it is told.
 *
 * @param retriever in indices of the graph
 * @param sources the same and more, in numbers of items
 * @param diversity how much items of a list are to differ from each other, from 0 to 1
 * @param explained whether the caller asks for candidates, too
 */
record RecommendRow(RetrieverRow retriever, SourceRow sources, float diversity, boolean explained) {
  /** Items wanted. */
  int k() {
    return retriever.k();
  }
}
