package io.millrace.server.recommender;

import java.util.Arrays;

/**
 * The lists of a batch, in buffers that the next batch reuses. Sources and matches are kept only
 * for rows that have any.
 */
final class RankedLists {
  private final int k;
  private int[] found = new int[0];
  private boolean[] fused = new boolean[0];
  private int[] items = new int[0];
  private float[] scores = new float[0];
  private Source[] sources = new Source[0];
  private int[] matches = new int[0];

  /**
   * Empty.
   *
   * @param k longest list
   */
  RankedLists(int k) {
    this.k = k;
  }

  /** Starts anew, with empty lists. */
  void clear(int rows) {
    if (found.length < rows) {
      found = new int[rows];
      fused = new boolean[rows];
      items = new int[rows * k];
      scores = new float[rows * k];
      sources = new Source[rows * k];
      matches = new int[rows * k];
    }
    Arrays.fill(found, 0, rows, 0);
    Arrays.fill(fused, 0, rows, false);
  }

  /** Appends an item that the retriever brought. */
  void add(int row, int item, float score) {
    int at = row * k + found[row]++;
    items[at] = item;
    scores[at] = score;
  }

  /** Throws away a row's list, for one with sources. */
  void startFused(int row) {
    found[row] = 0;
    fused[row] = true;
  }

  /**
   * Appends an item to a list with sources.
   *
   * @param match place of the keyword that speaks most for it; -1 without
   */
  void addFused(int row, int item, float score, Source source, int match) {
    int at = row * k + found[row];
    sources[at] = source;
    matches[at] = match;
    add(row, item, score);
  }

  /** How many items a row's list has. */
  int found(int row) {
    return found[row];
  }

  /** The item's index at a place of a row's list. */
  int item(int row, int place) {
    return items[row * k + place];
  }

  /** The score at a place of a row's list. */
  float score(int row, int place) {
    return scores[row * k + place];
  }

  /** What brought the item at a place of a row's list. */
  Source source(int row, int place) {
    return fused[row] ? sources[row * k + place] : Source.RETRIEVER;
  }

  /** The keyword that speaks most for the item at a place of a row's list; -1 without. */
  int match(int row, int place) {
    return fused[row] ? matches[row * k + place] : -1;
  }
}
