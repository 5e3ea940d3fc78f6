package io.millrace.standalone.console;

import io.millrace.standalone.data.Rating;
import io.millrace.standalone.replay.ReplayPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Chooses the users that are worth watching: those who appear in most parts of a replay, so that
 * there is something to see all the way; half of them new, if there are enough.
 */
final class SpotlightUsers {
  private static final int PARTS = 50;

  private SpotlightUsers() {}

  /** A user's activity, for comparison. */
  private record Activity(String user, int parts, int events) {}

  /** At most that many users, returning and new ones in turn. */
  static List<String> choose(ReplayPlan plan, int users) {
    Set<String> returning = new HashSet<>();
    plan.requests().forEach(request -> returning.add(request.user()));
    List<String> old = new ArrayList<>();
    List<String> young = new ArrayList<>();
    for (Activity activity : mostActive(plan.events())) {
      (returning.contains(activity.user()) ? old : young).add(activity.user());
    }
    List<String> chosen = new ArrayList<>();
    for (int i = 0; chosen.size() < users && i < Math.max(old.size(), young.size()); i++) {
      if (i < old.size()) {
        chosen.add(old.get(i));
      }
      if (i < young.size() && chosen.size() < users) {
        chosen.add(young.get(i));
      }
    }
    return chosen;
  }

  private static List<Activity> mostActive(List<Rating> events) {
    Map<String, Set<Integer>> parts = new TreeMap<>();
    Map<String, Integer> counts = new TreeMap<>();
    for (int position = 0; position < events.size(); position++) {
      String user = events.get(position).user();
      int part = (int) ((long) position * PARTS / events.size());
      parts.computeIfAbsent(user, each -> new HashSet<>()).add(part);
      counts.merge(user, 1, Integer::sum);
    }
    List<Activity> activities = new ArrayList<>();
    parts.forEach(
        (user, seen) ->
            activities.add(new Activity(user, seen.size(), counts.getOrDefault(user, 0))));
    activities.sort(
        Comparator.comparingInt(Activity::parts)
            .thenComparingInt(Activity::events)
            .reversed()
            .thenComparing(Activity::user));
    return activities;
  }
}
