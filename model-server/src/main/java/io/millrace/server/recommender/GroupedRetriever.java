package io.millrace.server.recommender;

import io.millrace.server.batching.LengthGroups;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs rows in groups of similar length, so that short histories do not pay for long ones. */
final class GroupedRetriever {
  private final RetrieverBatch batch;
  private final int k;
  private final LengthGroups groups = new LengthGroups();
  private final List<RetrieverRow> group = new ArrayList<>();
  private long[] order = new long[0];
  private int[] lengths = new int[0];

  /** A request of one row each, as the groups count them. */
  private int[] ones = new int[0];

  private int[] ends = new int[0];
  private int[] candidates = new int[0];
  private float[] scores = new float[0];
  private int[] found = new int[0];

  /**
   * Over an instance of the retriever.
   *
   * @param k candidates that it returns for each row
   */
  GroupedRetriever(RetrieverBatch batch, int k) {
    this.batch = batch;
    this.k = k;
  }

  /** Computes the candidates of every row; what the last run computed is gone. */
  void run(List<RetrieverRow> rows) {
    reserve(rows.size());
    sort(rows);
    int count = groups.split(lengths, ones, rows.size(), ends);
    int begin = 0;
    for (int i = 0; i < count; i++) {
      group.clear();
      for (int at = begin; at < ends[i]; at++) {
        group.add(rows.get((int) order[at]));
      }
      batch.run(group);
      for (int at = begin; at < ends[i]; at++) {
        keep(at - begin, (int) order[at], rows.get((int) order[at]).k());
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
      found = new int[rows];
      candidates = new int[rows * k];
      scores = new float[rows * k];
    }
  }

  /** Row numbers in the lower half of each value, ordered by the lengths in its upper half. */
  private void sort(List<RetrieverRow> rows) {
    for (int row = 0; row < rows.size(); row++) {
      order[row] = (long) rows.get(row).items().length << Integer.SIZE | row;
    }
    Arrays.sort(order, 0, rows.size());
    for (int at = 0; at < rows.size(); at++) {
      lengths[at] = (int) (order[at] >> Integer.SIZE);
    }
  }

  private void keep(int from, int row, int wanted) {
    found[row] = batch.found(from, wanted);
    for (int place = 0; place < found[row]; place++) {
      candidates[row * k + place] = batch.candidate(from, place);
      scores[row * k + place] = batch.score(from, place);
    }
  }

  /** How many items a row's list has. */
  int found(int row) {
    return found[row];
  }

  /** The item at a place of a row's list. */
  int candidate(int row, int place) {
    return candidates[row * k + place];
  }

  /** The score at a place of a row's list. */
  float score(int row, int place) {
    return scores[row * k + place];
  }
}
