package io.millrace.standalone.evaluation;

import io.millrace.standalone.data.Rating;
import io.millrace.standalone.replay.ReplayPlan;
import java.util.ArrayList;
import java.util.List;

/** Builds plans from lines such as {@code "ann:x"}: user and item. */
final class Plans {
  private Plans() {}

  /** Rows are numbered from 1 over past and events; the past must be four times the events. */
  static ReplayPlan of(List<String> past, List<String> events) {
    List<Rating> ratings = new ArrayList<>();
    past.forEach(line -> ratings.add(rating(ratings.size() + 1, line)));
    events.forEach(line -> ratings.add(rating(ratings.size() + 1, line)));
    ReplayPlan plan = ReplayPlan.of(ratings, Integer.MAX_VALUE);
    if (plan.past().size() != past.size()) {
      throw new IllegalArgumentException(
          past.size() + " past ratings for " + events.size() + " events: must be four times");
    }
    return plan;
  }

  private static Rating rating(int row, String line) {
    String[] parts = line.split(":");
    return new Rating(row, parts[0], parts[1], 4, 1000 + row);
  }
}
