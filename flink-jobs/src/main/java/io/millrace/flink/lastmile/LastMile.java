package io.millrace.flink.lastmile;

import io.millrace.schemas.avro.AppliedRule;
import io.millrace.schemas.avro.RuleAction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a list after the model: first goes what is not available or excluded; places are
 * weighed anew (BOOST, BURY); then they are filled with counts and pinned items in mind ({@link
 * ListPlan}). A list that is too short by that is filled from the lower rungs, whose items obey the
 * same rules. Without rules, and with everything available, the order is the server's.
 *
 * <p>Depends on nothing but what it is given, so the same inputs make the same list.
 */
public final class LastMile {
  /** Items that are named of each rule that acted, at most. */
  public static final int NAMED_ITEMS = 20;

  /** What the catalogue's part is called among the rules that acted. */
  public static final String UNAVAILABLE = "UNAVAILABLE";

  private static final double LOG_2 = Math.log(2);

  private final List<CompiledRule> rules;
  private final Catalogue catalogue;
  private final long now;
  private final int candidates;

  /**
   * For one list.
   *
   * @param rules in force for the list, in {@link CompiledRule#ORDER}
   * @param now epoch milliseconds, for rules about an item's age
   * @param candidates items of the lower rungs that are looked at, where they are needed
   */
  public LastMile(List<CompiledRule> rules, Catalogue catalogue, long now, int candidates) {
    this.rules = rules;
    this.catalogue = catalogue;
    this.now = now;
    this.candidates = candidates;
  }

  /** Makes the list. */
  public Outcome apply(Offer offer) {
    Run run = new Run(offer);
    List<Entry> served = run.admitServed();
    if (!served.isEmpty()) {
      Outcome outcome = run.finish(served, List.of());
      int known = outcome.fromServer();
      if (outcome.items().size() >= offer.k() || known == offer.served().size()) {
        return outcome;
      }
    }
    Run again = new Run(offer);
    List<Entry> first = again.admitServed();
    return again.finish(first, again.admitLower(offer.lower()));
  }

  /** One attempt. */
  private final class Run {
    private final Offer offer;
    private final List<Action> actions;
    private final List<Candidate> considered = new ArrayList<>();
    private final List<String> unavailable = new ArrayList<>();
    private final Set<String> known = new HashSet<>();
    private int consideredOfServer;

    Run(Offer offer) {
      this.offer = offer;
      this.actions = rules.stream().map(rule -> Action.of(rule, now)).toList();
    }

    /** Comes before everything else is admitted. */
    List<Entry> admitServed() {
      List<Entry> admitted = new ArrayList<>(offer.served().size());
      for (Candidate candidate : offer.served()) {
        Entry entry = admit(candidate);
        if (entry != null) {
          admitted.add(entry);
        }
      }
      consideredOfServer = considered.size();
      return admitted;
    }

    List<Entry> admitLower(Iterable<Candidate> offered) {
      List<Entry> admitted = new ArrayList<>();
      int enough = Math.max(candidates, offer.k());
      for (Candidate candidate : offered) {
        if (admitted.size() == enough) {
          break;
        }
        Entry entry = admit(candidate);
        if (entry != null) {
          admitted.add(entry);
        }
      }
      return admitted;
    }

    private @Nullable Entry admit(Candidate candidate) {
      if (!known.add(candidate.itemId())) {
        return null;
      }
      ItemFacts facts = catalogue.facts(candidate.itemId());
      Entry entry = new Entry(considered.size(), candidate, facts);
      considered.add(candidate);
      if (facts != null && !facts.available()) {
        unavailable.add(candidate.itemId());
        return null;
      }
      boolean keptOut = false;
      for (Action action : actions) {
        action.meet(entry);
        keptOut |= action.keepsOut(entry);
      }
      return keptOut ? null : entry;
    }

    Outcome finish(List<Entry> served, List<Entry> lower) {
      List<Entry> entries = new ArrayList<>(weighed(served.isEmpty() ? lower : served));
      if (!served.isEmpty()) {
        entries.addAll(lower);
      }
      List<Entry> list = new ListPlan(actions, entries, pinnedFromOutside(), offer.k()).fill();
      List<Candidate> items = new ArrayList<>(list.size());
      int ofServer = 0;
      for (Entry entry : list) {
        items.add(entry.candidate());
        ofServer += entry.index() < consideredOfServer ? 1 : 0;
      }
      return new Outcome(
          items, ofServer, applied(), lower.stream().map(Entry::candidate).toList(), considered);
    }

    /** A rule may pin what nobody offered, if the catalogue has it and the user wants it. */
    private List<Entry> pinnedFromOutside() {
      List<Entry> pinned = new ArrayList<>();
      for (CompiledRule rule : rules) {
        if (rule.rule().getAction() == RuleAction.PIN) {
          for (String itemId : rule.itemIds()) {
            boolean allowed = catalogue.facts(itemId) != null && !offer.unwanted().contains(itemId);
            Entry entry = allowed ? admit(Candidate.pinned(itemId)) : null;
            if (entry != null && rule.matches(itemId, entry.facts(), now)) {
              pinned.add(entry);
            }
          }
        }
      }
      return pinned;
    }

    /** By 1 / log2(place + 2) times the factors, equals in their order. */
    private List<Entry> weighed(List<Entry> entries) {
      if (actions.stream().noneMatch(Reweigh.class::isInstance)) {
        return entries;
      }
      double[] values = new double[considered.size()];
      int[] before = new int[considered.size()];
      for (int place = 0; place < entries.size(); place++) {
        Entry entry = entries.get(place);
        double value = LOG_2 / Math.log(place + 2.0);
        for (Action action : actions) {
          value *= action.factor(entry);
        }
        values[entry.index()] = value;
        before[entry.index()] = place;
      }
      List<Entry> ordered = new ArrayList<>(entries);
      ordered.sort(Comparator.comparingDouble(entry -> -values[entry.index()]));
      noteMoves(before, ordered);
      return ordered;
    }

    private void noteMoves(int[] before, List<Entry> after) {
      for (int to = 0; to < after.size(); to++) {
        Entry entry = after.get(to);
        int from = before[entry.index()];
        boolean onTheList = Math.min(from, to) < offer.k();
        for (Action action : actions) {
          if (onTheList && action instanceof Reweigh reweigh) {
            reweigh.moved(entry, from, to);
          }
        }
      }
    }

    private List<AppliedRule> applied() {
      List<AppliedRule> applied = new ArrayList<>();
      if (!unavailable.isEmpty()) {
        applied.add(
            new AppliedRule("", UNAVAILABLE, unavailable.stream().limit(NAMED_ITEMS).toList()));
      }
      for (Action action : actions) {
        if (action.acted()) {
          applied.add(action.applied(NAMED_ITEMS));
        }
      }
      return List.copyOf(applied);
    }
  }
}
