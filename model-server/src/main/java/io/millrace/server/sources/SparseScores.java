package io.millrace.server.sources;

import java.util.Arrays;

/**
 * Scores of the few items that a row's history leads to. Emptying it costs nothing, whatever the
 * catalogue's size: a score counts only if it is of the present round. For one thread at a time.
 */
public final class SparseScores {
  private static final int FIRST_CAPACITY = 64;
  private static final long SCORE_BITS = 0xffff_ffffL;

  /** For each item the round in which it was scored, and below it the score: one read for both. */
  private final long[] cells;

  private int[] items = new int[FIRST_CAPACITY];
  private int size;
  private int round = 1;

  /** Empty, for a catalogue of so many items. */
  public SparseScores(int items) {
    this.cells = new long[items];
  }

  /** Empties it. */
  public void clear() {
    size = 0;
    round++;
    if (round == Integer.MAX_VALUE) {
      round = 1;
      Arrays.fill(cells, 0);
    }
  }

  /** Adds to an item's score, which begins at 0. */
  public void add(int item, float score) {
    long cell = cells[item];
    if (isScored(cell)) {
      cells[item] = cell(score(cell) + score);
    } else {
      begin(item, score);
    }
  }

  /** Gives an item that has no score yet one; others keep theirs. */
  public void addFirst(int item, float score) {
    if (!isScored(cells[item])) {
      begin(item, score);
    }
  }

  private void begin(int item, float score) {
    if (size == items.length) {
      items = Arrays.copyOf(items, 2 * size);
    }
    items[size++] = item;
    cells[item] = cell(score);
  }

  /** An item's score; 0 without one. */
  public float of(int item) {
    long cell = cells[item];
    return isScored(cell) ? score(cell) : 0;
  }

  /** Writes the candidates' scores. */
  void write(CandidateSet candidates, float[] into) {
    for (int i = 0; i < candidates.size(); i++) {
      into[i] = of(candidates.item(i));
    }
  }

  /** Offers every item that the source speaks for. */
  void offer(ItemMarks excluded, BestItems best) {
    for (int i = 0; i < size; i++) {
      int item = items[i];
      float score = score(cells[item]);
      if (score > 0 && !excluded.has(item)) {
        best.offer(item, score);
      }
    }
  }

  private boolean isScored(long cell) {
    return (int) (cell >>> Integer.SIZE) == round;
  }

  private static float score(long cell) {
    return Float.intBitsToFloat((int) cell);
  }

  private long cell(float score) {
    return (long) round << Integer.SIZE | (Float.floatToRawIntBits(score) & SCORE_BITS);
  }
}
