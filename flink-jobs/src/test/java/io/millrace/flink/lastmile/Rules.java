package io.millrace.flink.lastmile;

import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import io.millrace.schemas.avro.RuleMatch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Rules and candidates for tests. */
public final class Rules {
  public static final Instant NOW = Instant.ofEpochMilli(1_800_000_000_000L);

  private Rules() {}

  public static Rule.Builder rule(String id, RuleAction action, RuleMatch match) {
    return Rule.newBuilder().setRuleId(id).setAction(action).setMatch(match).setUpdatedAt(NOW);
  }

  public static RuleMatch items(String... ids) {
    return new RuleMatch(List.of(ids), Map.of(), null);
  }

  public static RuleMatch genre(String... values) {
    return new RuleMatch(List.of(), Map.of("genre", List.of(values)), null);
  }

  public static RuleMatch everything() {
    return new RuleMatch(List.of(), Map.of(), null);
  }

  public static ItemFacts of(String... genres) {
    return ItemFacts.of(true, NOW.toEpochMilli(), Map.of("genre", List.of(genres)));
  }

  static List<CompiledRule> compiled(Rule.Builder... rules) {
    return Arrays.stream(rules)
        .map(rule -> CompiledRule.of(rule.build()))
        .sorted(CompiledRule.ORDER)
        .toList();
  }

  static List<Candidate> candidates(String... ids) {
    List<Candidate> candidates = new ArrayList<>();
    for (String id : ids) {
      candidates.add(new Candidate(id, ids.length - candidates.size(), "retriever", -1));
    }
    return candidates;
  }
}
