package io.millrace.standalone.rules;

import io.millrace.schemas.avro.Rule;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules topic as the job reads it: of two versions of a rule the later one by its own time
 * counts, and of two of the same time the one that was written later; null removes a rule.
 */
public final class KeptRules {
  private final Map<String, Rule> rules = new TreeMap<>();

  /** Takes a record of the topic, in its order. */
  public void put(String ruleId, @Nullable Rule rule) {
    Rule known = rules.get(ruleId);
    if (rule == null) {
      rules.remove(ruleId);
    } else if (known == null || !known.getUpdatedAt().isAfter(rule.getUpdatedAt())) {
      rules.put(ruleId, rule);
    }
  }

  /** A rule; null without one of that id. */
  public @Nullable Rule get(String ruleId) {
    return rules.get(ruleId);
  }

  /** All of them, the newest first, those of one time by id. */
  public List<Rule> newestFirst() {
    return rules.values().stream()
        .sorted(Comparator.comparing(Rule::getUpdatedAt).reversed().thenComparing(Rule::getRuleId))
        .toList();
  }
}
