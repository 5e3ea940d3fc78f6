package io.millrace.standalone.evaluation;

import java.util.Arrays;
import java.util.BitSet;

/** A user's items in order, as numbers from 0, and which of all items are among them. */
final class ItemHistory {
  private int[] items = new int[16];
  private int size;
  private final BitSet seen = new BitSet();

  void append(int item) {
    if (size == items.length) {
      items = Arrays.copyOf(items, size * 2);
    }
    items[size++] = item;
    seen.set(item);
  }

  int size() {
    return size;
  }

  /** The item that came {@code distance} events ago, 1 for the newest. */
  int newest(int distance) {
    return items[size - distance];
  }

  boolean contains(int item) {
    return seen.get(item);
  }
}
