package io.millrace.flink.lastmile;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * When a place must be a matching candidate's for rules that want a number of them (AT_LEAST): when
 * the free places up to the end of a window are no more than what rules within it want together, so
 * the matching candidates come as late as the rules allow, and the list is changed as little.
 */
final class Demands {
  private final List<Action> actions;
  private final ListPlan plan;

  Demands(List<Action> actions, ListPlan plan) {
    this.actions = actions;
    this.plan = plan;
  }

  /**
   * The candidate that must have a place.
   *
   * @param usual who would have it otherwise
   * @return null where no rule insists, or none can have what it wants
   */
  @Nullable Entry choose(int place, @Nullable Entry usual) {
    TreeSet<Integer> windows = new TreeSet<>();
    for (Action action : actions) {
      if (action.wanted() > 0 && place < action.window()) {
        windows.add(action.window());
      }
    }
    for (int window : windows) {
      List<Integer> claims = claims(place, window);
      int wanted = claims.stream().mapToInt(claim -> actions.get(claim).wanted()).sum();
      int free = plan.freePlaces(place, window);
      if (free <= wanted) {
        Entry entry = free < wanted ? forTheFirst(place, claims) : forAny(place, claims, usual);
        if (entry != null) {
          name(claims, entry, usual);
          return entry;
        }
      }
    }
    return null;
  }

  private List<Integer> claims(int place, int window) {
    List<Integer> claims = new ArrayList<>();
    for (int i = 0; i < actions.size(); i++) {
      Action action = actions.get(i);
      if (action.wanted() > 0 && place < action.window() && action.window() <= window) {
        claims.add(i);
      }
    }
    return claims;
  }

  private @Nullable Entry forAny(int place, List<Integer> claims, @Nullable Entry usual) {
    Predicate<Entry> matchesAny =
        entry -> claims.stream().anyMatch(claim -> actions.get(claim).matches(entry));
    if (usual != null && matchesAny.test(usual)) {
      return usual;
    }
    Entry entry = plan.firstAllowed(place, actions.size(), matchesAny);
    return entry == null ? againstLaterRules(place, claims) : entry;
  }

  /** Not all can have what they want: the first in order, and with it as many as possible. */
  private @Nullable Entry forTheFirst(int place, List<Integer> claims) {
    for (int most = claims.size(); most > 0; most--) {
      List<Integer> first = claims.subList(0, most);
      Entry entry =
          plan.firstAllowed(
              place,
              actions.size(),
              candidate -> first.stream().allMatch(claim -> actions.get(claim).matches(candidate)));
      if (entry != null) {
        return entry;
      }
    }
    return againstLaterRules(place, claims);
  }

  private @Nullable Entry againstLaterRules(int place, List<Integer> claims) {
    for (int claim : claims) {
      Entry entry = plan.firstAllowed(place, claim, actions.get(claim)::matches);
      if (entry != null) {
        return entry;
      }
    }
    return null;
  }

  private void name(List<Integer> claims, Entry entry, @Nullable Entry usual) {
    if (entry == usual) {
      return;
    }
    for (int claim : claims) {
      if (actions.get(claim).matches(entry)) {
        actions.get(claim).actsOn(entry);
      }
    }
  }
}
