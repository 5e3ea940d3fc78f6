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

  /**
   * Adds to the scores of many items. This is where a row spends most of its time among its
   * sources, so the loop touches no field.
   *
   * @param which has their numbers
   * @param halves has what each counts, in half precision at the same places
   * @param from the first one's place
   * @param end the place behind the last one
   * @param factor what that is multiplied with
   */
  void addAll(int[] which, short[] halves, int from, int end, float factor) {
    if (items.length < size + end - from) {
      items = Arrays.copyOf(items, Math.max(2 * items.length, size + end - from));
    }
    int[] known = items;
    long[] all = cells;
    long mark = (long) round << Integer.SIZE;
    int count = size;
    for (int at = from; at < end; at++) {
      int item = which[at];
      float score = factor * HalfFloat.toFloat(halves[at]);
      long cell = all[item];
      if ((cell ^ mark) >>> Integer.SIZE == 0) {
        score += Float.intBitsToFloat((int) cell);
      } else {
        known[count++] = item;
      }
      all[item] = mark | (Float.floatToRawIntBits(score) & SCORE_BITS);
    }
    size = count;
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

  /** The sum of all scores. */
  double sum() {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += score(cells[items[i]]);
    }
    return sum;
  }

  /** Adds all scores, times a factor, to others. */
  void addTo(SparseScores others, float factor) {
    for (int i = 0; i < size; i++) {
      others.add(items[i], factor * score(cells[items[i]]));
    }
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
