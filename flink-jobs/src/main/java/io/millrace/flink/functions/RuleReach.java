package io.millrace.flink.functions;

import io.millrace.flink.lastmile.CompiledRule;
import io.millrace.flink.lastmile.ItemFacts;
import java.util.List;
import java.util.Map;

/**
 * How many rules match no item of the catalogue at all, which is mostly a slip of the pen, and how
 * many match every item. Looked at is a part of a large catalogue, so that it takes no time.
 */
final class RuleReach {
  private static final int MOST_LOOKS = 500_000;

  private int matchingNothing;
  private int matchingEverything;

  void measure(
      List<CompiledRule> rules, Iterable<Map.Entry<String, ItemFacts>> catalogue, long now) {
    int nothing = 0;
    int everything = 0;
    int most = MOST_LOOKS / Math.max(1, rules.size());
    for (CompiledRule rule : rules) {
      int looked = 0;
      int matched = 0;
      for (Map.Entry<String, ItemFacts> item : catalogue) {
        if (looked == most) {
          break;
        }
        looked++;
        matched += rule.matches(item.getKey(), item.getValue(), now) ? 1 : 0;
      }
      nothing += looked > 0 && matched == 0 ? 1 : 0;
      everything += looked > 0 && matched == looked ? 1 : 0;
    }
    matchingNothing = nothing;
    matchingEverything = everything;
  }

  int matchingNothing() {
    return matchingNothing;
  }

  int matchingEverything() {
    return matchingEverything;
  }
}
