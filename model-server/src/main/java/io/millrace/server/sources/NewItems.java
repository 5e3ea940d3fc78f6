package io.millrace.server.sources;

/** Which items of a version are new. Immutable. */
public final class NewItems {
  /** None. */
  public static final NewItems NONE = new NewItems(new int[0]);

  private final int[] items;

  /** Those numbers; copied. */
  public NewItems(int[] items) {
    this.items = items.clone();
  }

  /** How many there are. */
  public int count() {
    return items.length;
  }

  /** One of them, from 0 to the count. */
  public int item(int place) {
    return items[place];
  }
}
