package io.millrace.flink.records;

import java.io.Serializable;
import java.util.List;

/**
 * What is popular with everyone.
 *
 * @param items best first
 */
public record PopularNow(List<Item> items) implements Serializable {
  /** Nothing is known yet. */
  public static final PopularNow NOTHING = new PopularNow(List.of());

  /**
   * A popular item.
   *
   * @param weight against the most popular item, 0 to 1
   */
  public record Item(String itemId, float weight) implements Serializable {}

  /** Whether two lists name the same items in the same order. */
  public boolean hasOrderOf(PopularNow other) {
    if (items.size() != other.items.size()) {
      return false;
    }
    for (int i = 0; i < items.size(); i++) {
      if (!items.get(i).itemId().equals(other.items.get(i).itemId())) {
        return false;
      }
    }
    return true;
  }
}
