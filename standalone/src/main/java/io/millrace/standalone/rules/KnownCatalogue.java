package io.millrace.standalone.rules;

import io.millrace.flink.lastmile.Catalogue;
import io.millrace.flink.lastmile.CompiledRule;
import io.millrace.flink.lastmile.ItemFacts;
import io.millrace.schemas.avro.Item;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** The catalogue as the items topic has it, with what rules can be held against. */
public final class KnownCatalogue implements Catalogue {
  private final Map<String, ItemFacts> items = new HashMap<>();
  private final Map<String, String> titles = new HashMap<>();

  /**
   * What of the catalogue a rule is about.
   *
   * @param items that match
   * @param available of these
   */
  public record Matched(int items, int available) {}

  /** Takes a record of the topic; later ones replace earlier ones, null removes the item. */
  public void put(String itemId, @Nullable Item item) {
    if (item == null) {
      items.remove(itemId);
      titles.remove(itemId);
    } else {
      items.put(
          itemId,
          ItemFacts.of(
              item.getAvailable(), item.getUpdatedAt().toEpochMilli(), item.getAttributes()));
      titles.put(itemId, item.getTitle());
    }
  }

  @Override
  public @Nullable ItemFacts facts(String itemId) {
    return items.get(itemId);
  }

  /** What people call an item; its id where nobody knows. */
  public String title(String itemId) {
    String title = titles.get(itemId);
    return title == null || title.isBlank() ? itemId : title;
  }

  /** How many items there are. */
  public int size() {
    return items.size();
  }

  /**
   * Counts what a rule matches.
   *
   * @param now epoch milliseconds
   */
  public Matched matched(CompiledRule rule, long now) {
    int matching = 0;
    int available = 0;
    for (Map.Entry<String, ItemFacts> item : items.entrySet()) {
      if (rule.matches(item.getKey(), item.getValue(), now)) {
        matching++;
        available += item.getValue().available() ? 1 : 0;
      }
    }
    return new Matched(matching, available);
  }

  /** Names of the attributes that any item has, in order. */
  public Set<String> attributes() {
    Set<String> names = new TreeSet<>();
    items.values().forEach(facts -> names.addAll(facts.attributes().keySet()));
    return names;
  }

  /** Values of an attribute that any item has. */
  public Set<String> values(String attribute) {
    Set<String> values = new HashSet<>();
    for (ItemFacts facts : items.values()) {
      values.addAll(facts.attributes().getOrDefault(attribute, List.of()));
    }
    return values;
  }

  /** Whether there are items of one kind and all of them are of another, too. */
  boolean all(BiPredicate<String, ItemFacts> some, BiPredicate<String, ItemFacts> are) {
    boolean any = false;
    for (Map.Entry<String, ItemFacts> item : items.entrySet()) {
      if (some.test(item.getKey(), item.getValue())) {
        any = true;
        if (!are.test(item.getKey(), item.getValue())) {
          return false;
        }
      }
    }
    return any;
  }
}
