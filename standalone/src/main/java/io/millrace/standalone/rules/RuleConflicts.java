package io.millrace.standalone.rules;

import io.millrace.flink.lastmile.CompiledRule;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds what two rules that can be in force for one list want and cannot both have. */
final class RuleConflicts {
  private final KnownCatalogue catalogue;
  private final Instant now;

  RuleConflicts(KnownCatalogue catalogue, Instant now) {
    this.catalogue = catalogue;
    this.now = now;
  }

  /** What stands between a rule and another one, told about the first; empty when nothing does. */
  List<String> between(CompiledRule one, CompiledRule other) {
    List<String> found = new ArrayList<>();
    if (meet(one.rule(), other.rule())) {
      addIfThere(found, samePlace(one, other));
      addIfThere(found, excluded(one, other));
      addIfThere(found, counts(one, other));
    }
    return found;
  }

  private static void addIfThere(List<String> found, @Nullable String text) {
    if (text != null) {
      found.add(text);
    }
  }

  /** Whether there can be a list that both are about. */
  private static boolean meet(Rule one, Rule other) {
    return meet(one.getSurface(), other.getSurface())
        && meet(one.getUserId(), other.getUserId())
        && begins(one).isBefore(ends(other))
        && begins(other).isBefore(ends(one));
  }

  private static boolean meet(@Nullable String one, @Nullable String other) {
    return one == null || other == null || one.equals(other);
  }

  private static Instant begins(Rule rule) {
    return Objects.requireNonNullElse(rule.getValidFrom(), Instant.MIN);
  }

  private static Instant ends(Rule rule) {
    return Objects.requireNonNullElse(rule.getValidUntil(), Instant.MAX);
  }

  private static @Nullable String samePlace(CompiledRule one, CompiledRule other) {
    Integer position = one.rule().getPosition();
    if (position == null || !position.equals(other.rule().getPosition())) {
      return null;
    }
    boolean wins = CompiledRule.ORDER.compare(one, other) < 0;
    return "position is "
        + position
        + ", which rule "
        + other.rule().getRuleId()
        + " pins, too: "
        + (wins
            ? "this one has it, and the other one's item the next free place"
            : "that one has it, and this one's item the next free place")
        + "; a higher priority wins";
  }

  private @Nullable String excluded(CompiledRule one, CompiledRule other) {
    if (one.rule().getAction() == RuleAction.EXCLUDE && wantsItems(other)) {
      return covers(one, other)
          ? "it excludes all that rule "
              + other.rule().getRuleId()
              + " ("
              + other.rule().getAction()
              + ") is about, which then does nothing"
          : null;
    }
    if (other.rule().getAction() == RuleAction.EXCLUDE && wantsItems(one)) {
      return covers(other, one)
          ? "it does nothing, because rule "
              + other.rule().getRuleId()
              + " excludes all that it is about"
          : null;
    }
    return null;
  }

  private static boolean wantsItems(CompiledRule rule) {
    return switch (rule.rule().getAction()) {
      case PIN, BOOST, AT_LEAST -> true;
      default -> false;
    };
  }

  /** Whether the first matches all that the second matches, and that is something. */
  private boolean covers(CompiledRule one, CompiledRule other) {
    long millis = now.toEpochMilli();
    return catalogue.all(
        (id, facts) -> other.matches(id, facts, millis),
        (id, facts) -> one.matches(id, facts, millis));
  }

  private static @Nullable String counts(CompiledRule one, CompiledRule other) {
    if (!one.rule().getMatch().equals(other.rule().getMatch())
        || !Objects.equals(one.rule().getWithin(), other.rule().getWithin())) {
      return null;
    }
    boolean least = one.rule().getAction() == RuleAction.AT_LEAST;
    CompiledRule wants = least ? one : other;
    CompiledRule allows = least ? other : one;
    Integer atLeast = wants.rule().getCount();
    Integer atMost = allows.rule().getCount();
    if (wants.rule().getAction() != RuleAction.AT_LEAST
        || allows.rule().getAction() != RuleAction.AT_MOST
        || atLeast == null
        || atMost == null
        || atLeast <= atMost) {
      return null;
    }
    CompiledRule winner = CompiledRule.ORDER.compare(wants, allows) < 0 ? wants : allows;
    return "count is "
        + one.rule().getCount()
        + ", and rule "
        + other.rule().getRuleId()
        + " says "
        + other.rule().getAction()
        + " "
        + other.rule().getCount()
        + " of the same items: "
        + winner.rule().getRuleId()
        + " wins; a higher priority wins";
  }
}
