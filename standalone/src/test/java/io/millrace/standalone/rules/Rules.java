package io.millrace.standalone.rules;

import io.millrace.schemas.avro.Item;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import io.millrace.schemas.avro.RuleMatch;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Rules, and a catalogue of four films: a and b are horror, c is drama, d, not available, is
 * western.
 */
public final class Rules {
  /** The time of all tests. */
  public static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private Rules() {}

  /** A rule without parameters. */
  public static Rule.Builder rule(String id, RuleAction action, RuleMatch match) {
    return Rule.newBuilder().setRuleId(id).setAction(action).setMatch(match).setUpdatedAt(NOW);
  }

  /** These items. */
  public static RuleMatch items(String... ids) {
    return new RuleMatch(List.of(ids), Map.of(), null);
  }

  /** Films of any of these genres. */
  public static RuleMatch genre(String... genres) {
    return new RuleMatch(List.of(), Map.of("genre", List.of(genres)), null);
  }

  /** A rule that keeps a genre out. */
  public static Rule exclude(String id, String genre) {
    return rule(id, RuleAction.EXCLUDE, genre(genre)).build();
  }

  /** The four films. */
  public static KnownCatalogue catalogue() {
    KnownCatalogue catalogue = new KnownCatalogue();
    for (Item item : films()) {
      catalogue.put(item.getItemId(), item);
    }
    return catalogue;
  }

  /** As records. */
  public static List<Item> films() {
    return List.of(
        film("a", "Horror", true),
        film("b", "Horror", true),
        film("c", "Drama", true),
        film("d", "Western", false));
  }

  private static Item film(String id, String genre, boolean available) {
    return Item.newBuilder()
        .setItemId(id)
        .setTitle("Film " + id)
        .setAttributes(Map.of("genre", List.of(genre)))
        .setAvailable(available)
        .setUpdatedAt(NOW.minusSeconds(3600))
        .build();
  }
}
