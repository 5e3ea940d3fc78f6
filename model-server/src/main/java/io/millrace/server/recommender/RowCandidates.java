package io.millrace.server.recommender;

import io.millrace.server.sources.CandidateCollector;
import io.millrace.server.sources.CandidateSet;
import io.millrace.server.sources.Source;
import io.millrace.server.sources.SourceCounters;
import java.util.ArrayList;
import java.util.List;

/** The candidates of each row of a batch, in sets that the next batch reuses. */
final class RowCandidates {
  private final CandidateCollector collector;
  private final SourceCounters counters;
  private final int items;
  private final List<CandidateSet> sets = new ArrayList<>();

  /**
   * None yet.
   *
   * @param items of the catalogue
   */
  RowCandidates(CandidateCollector collector, SourceCounters counters, int items) {
    this.collector = collector;
    this.counters = counters;
    this.items = items;
  }

  /** Makes room for so many rows, without candidates. */
  void clear(int rows) {
    while (sets.size() < rows) {
      sets.add(new CandidateSet());
    }
    for (int row = 0; row < rows; row++) {
      sets.get(row).clear();
    }
  }

  /**
   * Collects those of a row, unless the retriever returned what is no item: who writes the list
   * says so then.
   *
   * @param lists with all that the retriever has for the row
   */
  void collect(RecommendRow row, RankedLists lists, int at) {
    CandidateSet set = sets.get(at);
    for (int place = 0; place < lists.found(at); place++) {
      int item = lists.item(at, place) - Vocabulary.FIRST_ITEM;
      if (item < 0 || item >= items) {
        set.clear();
        return;
      }
      set.addRetrieved(item, lists.score(at, place));
    }
    collector.collect(row.sources(), set);
  }

  /** Counts what the retriever alone brought. */
  void skip(RankedLists lists, int at) {
    counters.brought(Source.RETRIEVER, lists.found(at), 0);
  }

  /** How many candidates the longest of so many rows has. */
  int longest(int rows) {
    int longest = 0;
    for (int row = 0; row < rows; row++) {
      longest = Math.max(longest, sets.get(row).size());
    }
    return longest;
  }

  /** A set for each row of the batch, and perhaps more. */
  List<CandidateSet> sets() {
    return sets;
  }
}
