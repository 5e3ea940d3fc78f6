package io.millrace.standalone.rules;

import io.millrace.flink.features.Refusal;
import io.millrace.flink.lastmile.CompiledRule;
import io.millrace.flink.lastmile.ItemFacts;
import io.millrace.flink.lastmile.RuleCheck;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Holds rules against the job's own admission, the catalogue and each other. What the job refuses
 * is an error, decided by the job's own {@link RuleCheck}; what it takes and does nothing, or too
 * much, is a warning.
 */
public final class RuleAudit {
  /** Names that a message lists at most. */
  private static final int NAMED = 5;

  private final KnownCatalogue catalogue;
  private final Instant now;

  /**
   * @param now which rules are in force is decided by
   */
  public RuleAudit(KnownCatalogue catalogue, Instant now) {
    this.catalogue = catalogue;
    this.now = now;
  }

  /**
   * What is to be said about a rule, errors first; empty when nothing is.
   *
   * @param others the other rules that are kept; those that the job refuses are passed over
   */
  public List<Finding> check(Rule rule, Collection<Rule> others) {
    Refusal refusal = RuleCheck.check(rule);
    if (refusal != null) {
      return List.of(Finding.error(rule.getRuleId(), refusal.detail()));
    }
    List<Finding> findings = new ArrayList<>();
    CompiledRule compiled = CompiledRule.of(rule);
    checkTimes(rule, findings);
    if (catalogue.size() > 0) {
      checkAttributes(rule, findings);
      checkItems(rule, findings);
      checkMatched(compiled, findings);
    }
    RuleConflicts conflicts = new RuleConflicts(catalogue, now);
    for (Rule other : others) {
      if (!other.getRuleId().equals(rule.getRuleId()) && RuleCheck.check(other) == null) {
        conflicts
            .between(compiled, CompiledRule.of(other))
            .forEach(text -> findings.add(Finding.warning(rule.getRuleId(), text)));
      }
    }
    return findings;
  }

  private void checkTimes(Rule rule, List<Finding> findings) {
    Instant until = rule.getValidUntil();
    if (until != null && !until.isAfter(now)) {
      warn(rule, findings, "validUntil is " + until + ", which is past: it is not in force again");
    }
  }

  private void checkAttributes(Rule rule, List<Finding> findings) {
    Set<String> known = catalogue.attributes();
    String counted = rule.getAttribute();
    if (counted != null && !known.contains(counted)) {
      warn(rule, findings, "attribute is " + counted + ", which no item has; " + there(known));
    }
    for (Map.Entry<String, List<String>> wanted : rule.getMatch().getAttributes().entrySet()) {
      String name = wanted.getKey();
      if (!known.contains(name)) {
        warn(
            rule,
            findings,
            "match.attributes names " + name + ", which no item has; " + there(known));
        continue;
      }
      Set<String> values = catalogue.values(name);
      List<String> unknown =
          wanted.getValue().stream().filter(value -> !values.contains(value)).toList();
      if (!unknown.isEmpty()) {
        warn(
            rule,
            findings,
            "match.attributes["
                + name
                + "] names "
                + some(unknown)
                + ", which no item has; capitals count"
                + nearest(unknown.get(0), values));
      }
    }
  }

  private void checkItems(Rule rule, List<Finding> findings) {
    List<String> unknown = new ArrayList<>();
    List<String> gone = new ArrayList<>();
    for (String id : rule.getMatch().getItemIds()) {
      ItemFacts facts = catalogue.facts(id);
      if (facts == null) {
        unknown.add(id);
      } else if (!facts.available()) {
        gone.add(id);
      }
    }
    if (!unknown.isEmpty()) {
      warn(
          rule,
          findings,
          "match.itemIds names " + some(unknown) + ", which the catalogue does not have");
    }
    if (!gone.isEmpty() && rule.getAction() == RuleAction.PIN) {
      warn(
          rule,
          findings,
          "match.itemIds names " + some(gone) + ", which is not available and so on no list");
    }
  }

  private void checkMatched(CompiledRule compiled, List<Finding> findings) {
    Rule rule = compiled.rule();
    KnownCatalogue.Matched matched = catalogue.matched(compiled, now.toEpochMilli());
    Integer count = rule.getCount();
    if (matched.items() == 0) {
      warn(rule, findings, "it matches none of " + RuleText.items(catalogue.size()));
    } else if (matched.items() == catalogue.size()
        && rule.getAction() != RuleAction.AT_MOST_EACH
        && rule.getAction() != RuleAction.PIN) {
      String every = "it matches every one of " + RuleText.items(catalogue.size());
      warn(
          rule,
          findings,
          rule.getAction() == RuleAction.EXCLUDE ? every + ": lists would be empty" : every);
    } else if (rule.getAction() == RuleAction.AT_LEAST
        && count != null
        && matched.available() < count) {
      warn(
          rule,
          findings,
          "count is "
              + count
              + ", and only "
              + matched.available()
              + " that match are available: lists can never have as many");
    }
  }

  private static void warn(Rule rule, List<Finding> findings, String text) {
    findings.add(Finding.warning(rule.getRuleId(), text));
  }

  private static String there(Set<String> names) {
    return names.isEmpty() ? "no item has any attribute" : "there are " + some(List.copyOf(names));
  }

  /** Whoever writes a value in other letters is told the right ones. */
  private static String nearest(String wanted, Set<String> values) {
    return values.stream()
        .filter(value -> value.toLowerCase(Locale.ROOT).equals(wanted.toLowerCase(Locale.ROOT)))
        .min(String::compareTo)
        .map(value -> ": did you mean " + value + "?")
        .orElse("");
  }

  private static String some(List<String> names) {
    String first = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
    return names.size() <= NAMED ? first : first + " and " + (names.size() - NAMED) + " more";
  }
}
