package io.millrace.server.sources;

import java.util.Arrays;

/**
 * A set of items that is emptied in no time: a mark counts only if it is of the present round. For
 * one thread at a time.
 */
public final class ItemMarks {
  private final int[] markedIn;
  private int round = 1;

  /** Empty, for a catalogue of so many items. */
  public ItemMarks(int items) {
    this.markedIn = new int[items];
  }

  /** Empties it. */
  public void clear() {
    round++;
    if (round == Integer.MAX_VALUE) {
      round = 1;
      Arrays.fill(markedIn, 0);
    }
  }

  /** Adds an item; false if it was there already. */
  public boolean add(int item) {
    if (markedIn[item] == round) {
      return false;
    }
    markedIn[item] = round;
    return true;
  }

  /** Whether it has an item. */
  public boolean has(int item) {
    return markedIn[item] == round;
  }
}
