package io.millrace.server.recommender;

import io.millrace.server.batching.LengthGroups;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/** Runs rows in groups of similar length, so that short histories do not pay for long ones. */
final class GroupedRetriever {
  private final RetrieverBatch batch;
  private final ToIntFunction<RecommendRow> depth;
  private final LengthGroups groups = new LengthGroups();
  private final List<RetrieverRow> group = new ArrayList<>();
  private long[] order = new long[0];
  private int[] lengths = new int[0];

  /** A request of one row each, as the groups count them. */
  private int[] ones = new int[0];

  private int[] ends = new int[0];

  /**
   * Over an instance of the retriever.
   *
   * @param depth how many candidates are kept of a row
   */
  GroupedRetriever(RetrieverBatch batch, ToIntFunction<RecommendRow> depth) {
    this.batch = batch;
    this.depth = depth;
  }

  /**
   * Computes the candidates of every row.
   *
   * @param lists take the candidates, best first
   */
  void run(List<RecommendRow> rows, RankedLists lists) {
    reserve(rows.size());
    sort(rows);
    int count = groups.split(lengths, ones, rows.size(), ends);
    int begin = 0;
    for (int i = 0; i < count; i++) {
      group.clear();
      for (int at = begin; at < ends[i]; at++) {
        group.add(rows.get((int) order[at]).retriever());
      }
      batch.run(group);
      for (int at = begin; at < ends[i]; at++) {
        int row = (int) order[at];
        keep(at - begin, row, depth.applyAsInt(rows.get(row)), lists);
      }
      begin = ends[i];
    }
    group.clear();
  }

  private void reserve(int rows) {
    if (order.length < rows) {
      order = new long[rows];
      lengths = new int[rows];
      ones = new int[rows];
      Arrays.fill(ones, 1);
      ends = new int[rows];
    }
  }

  /** Row numbers in the lower half of each value, ordered by the lengths in its upper half. */
  private void sort(List<RecommendRow> rows) {
    for (int row = 0; row < rows.size(); row++) {
      order[row] = (long) rows.get(row).retriever().items().length << Integer.SIZE | row;
    }
    Arrays.sort(order, 0, rows.size());
    for (int at = 0; at < rows.size(); at++) {
      lengths[at] = (int) (order[at] >> Integer.SIZE);
    }
  }

  private void keep(int from, int row, int wanted, RankedLists lists) {
    int found = batch.found(from, wanted);
    for (int place = 0; place < found; place++) {
      lists.add(row, batch.candidate(from, place), batch.score(from, place));
    }
  }
}
