package io.millrace.flink.lastmile;

import io.millrace.schemas.avro.AppliedRule;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What one rule does to one list; made anew for each list. A kind of rule is a class that overrides
 * what it has a say in, and does nothing otherwise.
 */
abstract class Action {
  private final CompiledRule compiled;
  private final long now;
  private final BitSet matching = new BitSet();
  private final Set<String> actedOn = new LinkedHashSet<>();

  /**
   * @param now epoch milliseconds
   */
  Action(CompiledRule compiled, long now) {
    this.compiled = compiled;
    this.now = now;
  }

  static Action of(CompiledRule compiled, long now) {
    return switch (compiled.rule().getAction()) {
      case EXCLUDE -> new Exclude(compiled, now);
      case PIN -> new Pin(compiled, now);
      case BOOST, BURY -> new Reweigh(compiled, now);
      case AT_LEAST -> new AtLeast(compiled, now);
      case AT_MOST -> new AtMost(compiled, now);
      case AT_MOST_EACH -> new AtMostEach(compiled, now);
      case UNKNOWN -> throw new IllegalArgumentException("unchecked rule " + compiled.rule());
    };
  }

  CompiledRule compiled() {
    return compiled;
  }

  /** Takes notice of a candidate; each is met before anything else is asked about it. */
  void meet(Entry entry) {
    if (compiled.matches(entry.itemId(), entry.facts(), now)) {
      matching.set(entry.index());
    }
  }

  boolean matches(Entry entry) {
    return matching.get(entry.index());
  }

  /** Whether it keeps a candidate out of the list. */
  boolean keepsOut(Entry entry) {
    return false;
  }

  /** What the value of a candidate's place is multiplied by. */
  double factor(Entry entry) {
    return 1;
  }

  /**
   * Chooses a candidate for a place of its own.
   *
   * @param entries to choose from
   * @param taken indices that other rules chose
   */
  void choose(ListPlan plan, List<Entry> entries, BitSet taken) {}

  /** Begins a list of candidates that are all met and not kept out. */
  void begin(List<Entry> entries, int k) {}

  /** Whether it does not want a candidate at a place, 0 being the first. */
  boolean forbids(Entry entry, int place) {
    return false;
  }

  /** How many more matching candidates it wants among the first {@link #window} places. */
  int wanted() {
    return 0;
  }

  /** Places that {@link #wanted} is about. */
  int window() {
    return 0;
  }

  /** A candidate has its place; those with a place of their own come first. */
  void placed(Entry entry, int place) {}

  void actsOn(Entry entry) {
    actedOn.add(entry.itemId());
  }

  boolean acted() {
    return !actedOn.isEmpty();
  }

  AppliedRule applied(int mostItems) {
    return new AppliedRule(
        compiled.rule().getRuleId(),
        compiled.rule().getAction().name(),
        actedOn.stream().limit(mostItems).toList());
  }

  /** First places that a rule with a count is about. */
  static int within(CompiledRule compiled, int k) {
    Integer within = compiled.rule().getWithin();
    return within == null ? k : Math.min(within, k);
  }

  static int count(CompiledRule compiled) {
    Integer count = compiled.rule().getCount();
    if (count == null) {
      throw new IllegalArgumentException("unchecked rule " + compiled.rule());
    }
    return count;
  }
}
