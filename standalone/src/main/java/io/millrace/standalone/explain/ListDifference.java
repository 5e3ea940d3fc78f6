package io.millrace.standalone.explain;

import io.millrace.flink.lastmile.Candidate;
import io.millrace.schemas.avro.RecommendedItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What sets two lists apart: items, their order, and scores beyond what arithmetic explains. */
public final class ListDifference {
  /** Scores this far apart, or for large ones by this share, are the same. */
  public static final double TOLERANCE = 1e-4;

  private ListDifference() {}

  /** The list of a record, to be compared. */
  public static List<Candidate> of(List<RecommendedItem> items) {
    return items.stream()
        .map(item -> new Candidate(item.getItemId(), item.getScore(), item.getSource(), -1))
        .toList();
  }

  /** Each difference in words, from the first place on; empty for the same list. */
  static List<String> between(List<Candidate> then, List<Candidate> now) {
    List<String> differences = new ArrayList<>();
    if (then.size() != now.size()) {
      differences.add(then.size() + " items then, " + now.size() + " now");
    }
    for (int place = 0; place < Math.min(then.size(), now.size()); place++) {
      Candidate before = then.get(place);
      Candidate after = now.get(place);
      if (!before.itemId().equals(after.itemId())) {
        differences.add(
            "place " + (place + 1) + " had " + before.itemId() + ", now " + after.itemId());
      } else if (distance(before.score(), after.score()) > TOLERANCE) {
        differences.add(
            String.format(
                Locale.ROOT,
                "place %d, %s, scored %.6f, now %.6f",
                place + 1,
                before.itemId(),
                before.score(),
                after.score()));
      }
    }
    return differences;
  }

  /** The largest distance between scores of the same items at the same places. */
  public static double largest(List<Candidate> then, List<Candidate> now) {
    double largest = 0;
    for (int place = 0; place < Math.min(then.size(), now.size()); place++) {
      if (then.get(place).itemId().equals(now.get(place).itemId())) {
        largest = Math.max(largest, distance(then.get(place).score(), now.get(place).score()));
      }
    }
    return largest;
  }

  private static double distance(double one, double other) {
    double distance = Math.abs(one - other) / Math.max(1, Math.abs(one));
    return Double.isNaN(distance) ? Double.MAX_VALUE : distance;
  }
}
