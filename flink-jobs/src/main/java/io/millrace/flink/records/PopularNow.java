package io.millrace.flink.records;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is popular with everyone.
 *
 * @param items best first
 * @param topCount decayed count of the first as of the newest event counted; 0 when not counted now
 */
public record PopularNow(List<Item> items, double topCount) implements Serializable {
  /** Nothing is known yet. */
  public static final PopularNow NOTHING = new PopularNow(List.of());

  /** Items that were not counted now, but once. */
  public PopularNow(List<Item> items) {
    this(items, 0);
  }

  /**
   * A popular item.
   *
   * @param weight against the most popular item, 0 to 1
   */
  public record Item(String itemId, float weight) implements Serializable {}

  /** Items by their counts, ties in the order of their ids. */
  public static PopularNow ofCounts(Map<String, Double> counts) {
    List<Map.Entry<String, Double>> ordered = new ArrayList<>(counts.entrySet());
    ordered.sort(
        Map.Entry.<String, Double>comparingByValue()
            .reversed()
            .thenComparing(Map.Entry.comparingByKey()));
    List<Item> items = new ArrayList<>(ordered.size());
    for (Map.Entry<String, Double> entry : ordered) {
      items.add(new Item(entry.getKey(), (float) (entry.getValue() / ordered.get(0).getValue())));
    }
    return new PopularNow(items);
  }

  /** This list, then what only the other has; the other's weights scaled to come after. */
  public PopularNow then(PopularNow other) {
    if (items.isEmpty()) {
      return other;
    }
    Set<String> named = new HashSet<>();
    items.forEach(item -> named.add(item.itemId()));
    float last = items.get(items.size() - 1).weight();
    List<Item> both = new ArrayList<>(items);
    for (Item item : other.items) {
      if (named.add(item.itemId())) {
        both.add(new Item(item.itemId(), item.weight() * last));
      }
    }
    return new PopularNow(both, topCount);
  }

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
