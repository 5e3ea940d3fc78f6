package io.millrace.flink.lastmile;

import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleMatch;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A rule that {@link RuleCheck} let pass, ready to be asked which items it matches. */
public final class CompiledRule {
  /** The order in which rules act, and win over each other: by priority, then by id. */
  public static final Comparator<CompiledRule> ORDER =
      Comparator.comparingInt((CompiledRule compiled) -> compiled.rule.getPriority())
          .reversed()
          .thenComparing(compiled -> compiled.rule.getRuleId());

  private final Rule rule;
  private final Set<String> itemIds;
  private final Map<String, Set<String>> attributes = new LinkedHashMap<>();
  private final @Nullable Integer newerThanDays;

  private CompiledRule(Rule rule) {
    RuleMatch match = rule.getMatch();
    this.rule = rule;
    this.itemIds = new LinkedHashSet<>(match.getItemIds());
    match.getAttributes().forEach((name, values) -> attributes.put(name, Set.copyOf(values)));
    this.newerThanDays = match.getNewerThanDays();
  }

  /** Makes a rule ready. */
  public static CompiledRule of(Rule rule) {
    return new CompiledRule(rule);
  }

  /** The rule as it was published. */
  public Rule rule() {
    return rule;
  }

  /** The items that it names, in its order; empty when it names none. */
  Set<String> itemIds() {
    return itemIds;
  }

  /** The attributes that it asks about. */
  public boolean asksAbout(String attribute) {
    return attributes.containsKey(attribute) || attribute.equals(rule.getAttribute());
  }

  /**
   * Whether it is about a list.
   *
   * @param surface of the list
   * @param now epoch milliseconds
   */
  public boolean isInForce(String surface, long now) {
    Instant from = rule.getValidFrom();
    Instant until = rule.getValidUntil();
    return (rule.getSurface() == null || Objects.equals(rule.getSurface(), surface))
        && (from == null || from.toEpochMilli() <= now)
        && (until == null || now < until.toEpochMilli());
  }

  /**
   * Whether it is about an item.
   *
   * @param facts what the catalogue says of it; null matches no condition on attributes or age
   * @param now epoch milliseconds
   */
  public boolean matches(String itemId, @Nullable ItemFacts facts, long now) {
    if (!itemIds.isEmpty() && !itemIds.contains(itemId)) {
      return false;
    }
    if (attributes.isEmpty() && newerThanDays == null) {
      return true;
    }
    if (facts == null) {
      return false;
    }
    for (Map.Entry<String, Set<String>> attribute : attributes.entrySet()) {
      if (!facts.hasAny(attribute.getKey(), attribute.getValue())) {
        return false;
      }
    }
    return newerThanDays == null || now - facts.updatedAt() < TimeUnit.DAYS.toMillis(newerThanDays);
  }
}
