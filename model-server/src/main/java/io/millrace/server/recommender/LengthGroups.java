package io.millrace.server.recommender;

import java.util.Arrays;

/**
 * Cuts rows that are sorted by length into groups that are computed together. A group is padded to
 * its longest row, so long and short rows together waste work; but every group has a price of its
 * own. This finds the cut with the least cost, the sum over groups of {@code RUN_PLACES + rows *
 * longest}, by dynamic programming over the rows.
 */
final class LengthGroups {
  /**
   * What a run costs before its first place, in padded places: 400 µs against 2.5 µs a place for
   * the demo's model on one core. A larger model is worth smaller groups than this gives it.
   */
  static final int RUN_PLACES = 160;

  /** Beyond this a group gains nothing and falls out of the processor's cache. */
  static final int MOST_ROWS = 32;

  private long[] costs = new long[0];
  private int[] begins = new int[0];

  /**
   * Finds the groups.
   *
   * @param lengths of the rows, ascending
   * @param rows how many of them count
   * @param ends takes the end of each group, in order; at least as long as there are rows
   * @return how many groups there are
   */
  int split(int[] lengths, int rows, int[] ends) {
    if (costs.length <= rows) {
      costs = new long[rows + 1];
      begins = new int[rows + 1];
    }
    costs[0] = 0;
    for (int end = 1; end <= rows; end++) {
      long places = Math.max(1, lengths[end - 1]);
      long best = Long.MAX_VALUE;
      for (int begin = end - 1; begin >= Math.max(0, end - MOST_ROWS); begin--) {
        long cost = costs[begin] + RUN_PLACES + (end - begin) * places;
        if (cost < best) {
          best = cost;
          begins[end] = begin;
        }
      }
      costs[end] = best;
    }
    int groups = 0;
    for (int end = rows; end > 0; end = begins[end]) {
      ends[groups++] = end;
    }
    Arrays.sort(ends, 0, groups);
    return groups;
  }
}
