package io.millrace.server.sources;

import java.util.Arrays;

/**
 * The best of the items that are offered. Twice as many as are wanted are let in before the worse
 * half of them is thrown out, so that an offer costs a comparison and no ordering. A score and a
 * place in the order of popularity make one number, the higher the better, so that ties are broken
 * as everywhere. For one thread at a time.
 */
public final class BestItems {
  private final PopularityOrder order;
  private long[] keys = new long[0];
  private int most;
  private int size;

  /** What an offer has to be above. */
  private long floor;

  /** Over items in that order. */
  public BestItems(PopularityOrder order) {
    this.order = order;
  }

  /** Starts anew. */
  public void clear(int most) {
    this.most = most;
    this.size = 0;
    this.floor = most == 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
    if (keys.length < 2 * most) {
      keys = new long[2 * most];
    }
  }

  /** Takes an item in if it is among the best so far. */
  public void offer(int item, float score) {
    long key = key(item, score);
    if (key > floor) {
      keys[size++] = key;
      if (size == 2 * most) {
        keepBest();
        floor = least();
      }
    }
  }

  private long least() {
    long least = keys[0];
    for (int i = 1; i < size; i++) {
      least = Math.min(least, keys[i]);
    }
    return least;
  }

  /** Orders what was kept, best first; nothing may be offered before the next {@link #clear}. */
  public void sort() {
    keepBest();
    Arrays.sort(keys, 0, size);
  }

  /** How many were kept. */
  public int size() {
    return size;
  }

  /** An item that was kept. */
  public int item(int place) {
    return order.items()[Integer.MAX_VALUE - (int) keys[size - 1 - place]];
  }

  /** Floats of either sign as integers in the same order, above the item's place. */
  private long key(int item, float score) {
    int bits = Float.floatToIntBits(score + 0f);
    int ordered = bits ^ (bits >> 31 & Integer.MAX_VALUE);
    return (long) ordered << Integer.SIZE | (Integer.MAX_VALUE - order.places()[item]);
  }

  /**
   * Throws out all but the best, in no order: Hoare's selection. Whatever lies before {@code low}
   * is among them, whatever lies behind {@code high} is not.
   */
  private void keepBest() {
    if (size <= most) {
      return;
    }
    int low = 0;
    int high = size - 1;
    while (low < high) {
      long pivot = middle(keys[low], keys[(low + high) >>> 1], keys[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (keys[i] > pivot) {
          i++;
        }
        while (keys[j] < pivot) {
          j--;
        }
        if (i <= j) {
          swap(i++, j--);
        }
      }
      if (most > i) {
        low = i;
      } else if (most <= j) {
        high = j;
      } else {
        break;
      }
    }
    size = most;
  }

  private static long middle(long a, long b, long c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  private void swap(int a, int b) {
    long kept = keys[a];
    keys[a] = keys[b];
    keys[b] = kept;
  }
}
