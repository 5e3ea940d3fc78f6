package io.millrace.flink.lastmile;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Fills the places of one list from the first to the last: each with the best candidate that is
 * left and that no rule forbids there. Counted are places of the list as it will be, so no rule
 * undoes another.
 *
 * <p><b>Contradictions.</b> A place of its own (PIN) goes before everything. Where a rule insists
 * on a matching candidate (AT_LEAST) and none is left that others allow (AT_MOST), the one that
 * comes first in the order of rules wins. Where nothing may stand at a place, the list ends.
 */
final class ListPlan {
  private final List<Action> actions;
  private final List<Entry> waiting;
  private final List<Entry> outside;
  private final int k;
  private final Demands demands;
  private final Map<Integer, Entry> reserved = new HashMap<>();

  /**
   * @param actions in the order of their rules
   * @param entries best first, all met and none kept out
   * @param outside what may have a place of its own beside these, and no other
   */
  ListPlan(List<Action> actions, List<Entry> entries, List<Entry> outside, int k) {
    this.actions = actions;
    this.waiting = new ArrayList<>(entries);
    this.outside = outside;
    this.k = k;
    this.demands = new Demands(actions, this);
  }

  /** The list, {@code k} long unless the rules leave less. */
  List<Entry> fill() {
    List<Entry> all = new ArrayList<>(waiting);
    all.addAll(outside);
    BitSet taken = new BitSet();
    actions.forEach(action -> action.choose(this, all, taken));
    waiting.removeIf(entry -> taken.get(entry.index()));
    List<Entry> listable = new ArrayList<>(waiting);
    listable.addAll(reserved.values());
    actions.forEach(action -> action.begin(listable, k));
    reserved.forEach((place, entry) -> placed(entry, place));
    List<Entry> list = new ArrayList<>(k);
    while (list.size() < k) {
      Entry next = reserved.remove(list.size());
      if (next == null) {
        next = best(list.size());
        if (next == null) {
          break;
        }
        waiting.remove(next);
        placed(next, list.size());
      }
      list.add(next);
    }
    list.addAll(new TreeMap<>(reserved).values());
    return list;
  }

  /** Keeps a place, or the next free one after it, for a candidate; false when there is none. */
  boolean reserve(Entry entry, int place) {
    for (int free = place; free < k; free++) {
      if (!reserved.containsKey(free)) {
        reserved.put(free, entry);
        return true;
      }
    }
    return false;
  }

  /** Places from one to before another that are not reserved. */
  int freePlaces(int from, int to) {
    int free = 0;
    for (int place = from; place < to; place++) {
      if (!reserved.containsKey(place)) {
        free++;
      }
    }
    return free;
  }

  private void placed(Entry entry, int place) {
    actions.forEach(action -> action.placed(entry, place));
  }

  private @Nullable Entry best(int place) {
    Entry usual = firstAllowed(place, actions.size(), entry -> true);
    Entry demanded = demands.choose(place, usual);
    if (demanded == null) {
      nameThoseWhoForbade(usual, place);
    }
    return demanded == null ? usual : demanded;
  }

  /**
   * The best candidate that the first rules allow at a place.
   *
   * @param rules how many of them are asked
   * @param wanted what else it must be
   */
  @Nullable Entry firstAllowed(int place, int rules, Predicate<Entry> wanted) {
    for (Entry entry : waiting) {
      if (wanted.test(entry) && allows(entry, place, rules)) {
        return entry;
      }
    }
    return null;
  }

  private boolean allows(Entry entry, int place, int rules) {
    for (int i = 0; i < rules; i++) {
      if (actions.get(i).forbids(entry, place)) {
        return false;
      }
    }
    return true;
  }

  private void nameThoseWhoForbade(@Nullable Entry chosen, int place) {
    for (Entry better : waiting) {
      if (better == chosen) {
        return;
      }
      for (Action action : actions) {
        if (action.forbids(better, place)) {
          action.actsOn(better);
        }
      }
    }
  }
}
