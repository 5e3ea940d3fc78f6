package io.millrace.server.sources;

import java.util.Arrays;

/**
 * Scores of the few items that a row's history leads to. Emptying it costs nothing, whatever the
 * catalogue's size. For one thread at a time.
 */
public final class SparseScores {
  private final ItemMarks scored;
  private final float[] scores;
  private int[] items = new int[0];
  private int size;

  /** Empty, for a catalogue of so many items. */
  public SparseScores(int items) {
    this.scored = new ItemMarks(items);
    this.scores = new float[items];
  }

  /** Empties it. */
  public void clear() {
    scored.clear();
    size = 0;
  }

  /** Adds to an item's score, which begins at 0. */
  public void add(int item, float score) {
    if (scored.add(item)) {
      if (size == items.length) {
        items = Arrays.copyOf(items, Math.max(64, 2 * size));
      }
      items[size++] = item;
      scores[item] = score;
    } else {
      scores[item] += score;
    }
  }

  /** Gives an item that has no score yet one; others keep theirs. */
  public void addFirst(int item, float score) {
    if (!scored.has(item)) {
      add(item, score);
    }
  }

  /** An item's score; 0 without one. */
  public float of(int item) {
    return scored.has(item) ? scores[item] : 0;
  }

  /** Offers every item that the source speaks for. */
  void offer(ItemMarks excluded, BestItems best) {
    for (int i = 0; i < size; i++) {
      int item = items[i];
      if (scores[item] > 0 && !excluded.has(item)) {
        best.offer(item, scores[item]);
      }
    }
  }
}
