package io.millrace.server.batching;

import java.util.Arrays;

/**
 * Cuts requests that are sorted by length into groups that are computed together. A group is padded
 * to its longest row, so long and short rows together waste work; but every group has a price of
 * its own. This finds the cut with the least cost, the sum over groups of {@code RUN_PLACES + rows
 * * longest}, by dynamic programming. Reuses its memory: for one thread.
 */
public final class LengthGroups {
  /**
   * What a run costs before its first place, in padded places: 400 µs against 2.5 µs a place for
   * the demo's model on one core. A larger model is worth smaller groups than this gives it.
   */
  static final int RUN_PLACES = 160;

  /** Rows beyond which a group gains nothing and falls out of the processor's cache. */
  static final int MOST_ROWS = 32;

  private long[] costs = new long[0];
  private int[] begins = new int[0];

  /**
   * Finds the groups.
   *
   * @param lengths of the rows of each request, ascending
   * @param rows of each request, at least 1
   * @param requests how many of them count
   * @param ends takes the end of each group, in order; at least as long as there are requests
   * @return how many groups there are
   */
  public int split(int[] lengths, int[] rows, int requests, int[] ends) {
    if (costs.length <= requests) {
      costs = new long[requests + 1];
      begins = new int[requests + 1];
    }
    costs[0] = 0;
    for (int end = 1; end <= requests; end++) {
      long places = Math.max(1, lengths[end - 1]);
      long best = Long.MAX_VALUE;
      int inGroup = 0;
      for (int begin = end - 1; begin >= 0; begin--) {
        inGroup += rows[begin];
        if (inGroup > MOST_ROWS && begin < end - 1) {
          break;
        }
        long cost = costs[begin] + RUN_PLACES + inGroup * places;
        if (cost < best) {
          best = cost;
          begins[end] = begin;
        }
      }
      costs[end] = best;
    }
    int groups = 0;
    for (int end = requests; end > 0; end = begins[end]) {
      ends[groups++] = end;
    }
    Arrays.sort(ends, 0, groups);
    return groups;
  }
}
