package io.millrace.server.sources;

import java.util.Arrays;

/**
 * The best of the items that are offered: a heap of a fixed size with the worst on top. A score and
 * a place in the order of popularity make one number, the higher the better, so that ties are
 * broken as everywhere. For one thread at a time.
 */
public final class BestItems {
  private final PopularityOrder order;
  private long[] heap = new long[0];
  private int most;
  private int size;

  /** Over items in that order. */
  public BestItems(PopularityOrder order) {
    this.order = order;
  }

  /** Starts anew. */
  public void clear(int most) {
    this.most = most;
    this.size = 0;
    if (heap.length < most) {
      heap = new long[most];
    }
  }

  /** Takes an item in if it is among the best so far. */
  public void offer(int item, float score) {
    long key = key(item, score);
    if (size < most) {
      heap[size] = key;
      up(size++);
    } else if (key > heap[0]) {
      heap[0] = key;
      down();
    }
  }

  /** Orders what was kept, best first; nothing may be offered before the next {@link #clear}. */
  public void sort() {
    Arrays.sort(heap, 0, size);
    for (int i = 0, j = size - 1; i < j; i++, j--) {
      long swapped = heap[i];
      heap[i] = heap[j];
      heap[j] = swapped;
    }
  }

  /** How many were kept. */
  public int size() {
    return size;
  }

  /** An item that was kept. */
  public int item(int place) {
    return order.items()[Integer.MAX_VALUE - (int) heap[place]];
  }

  /** Floats of either sign as integers in the same order, above the item's place. */
  private long key(int item, float score) {
    int bits = Float.floatToIntBits(score + 0f);
    int ordered = bits ^ (bits >> 31 & Integer.MAX_VALUE);
    return (long) ordered << Integer.SIZE | (Integer.MAX_VALUE - order.places()[item]);
  }

  private void up(int from) {
    int at = from;
    while (at > 0 && heap[at] < heap[(at - 1) / 2]) {
      swap(at, (at - 1) / 2);
      at = (at - 1) / 2;
    }
  }

  private void down() {
    int at = 0;
    while (true) {
      int least = at;
      for (int child = 2 * at + 1; child <= 2 * at + 2 && child < size; child++) {
        least = heap[child] < heap[least] ? child : least;
      }
      if (least == at) {
        return;
      }
      swap(at, least);
      at = least;
    }
  }

  private void swap(int a, int b) {
    long kept = heap[a];
    heap[a] = heap[b];
    heap[b] = kept;
  }
}
