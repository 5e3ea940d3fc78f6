package io.millrace.flink.lastmile;

import org.jspecify.annotations.Nullable;

/**
 * A candidate of one list.
 *
 * @param index its number among the candidates of the list
 * @param facts what the catalogue says of it; null when it says nothing
 */
record Entry(int index, Candidate candidate, @Nullable ItemFacts facts) {
  String itemId() {
    return candidate.itemId();
  }
}
