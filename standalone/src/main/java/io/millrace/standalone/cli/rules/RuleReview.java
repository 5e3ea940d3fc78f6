package io.millrace.standalone.cli.rules;

import io.millrace.schemas.avro.Rule;
import io.millrace.standalone.rules.Finding;
import io.millrace.standalone.rules.KeptRules;
import io.millrace.standalone.rules.KnownCatalogue;
import io.millrace.standalone.rules.RuleAudit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is to be said about rules once they are among those that are kept. */
final class RuleReview {
  private final RuleAudit audit;

  RuleReview(KnownCatalogue catalogue, Instant now) {
    this.audit = new RuleAudit(catalogue, now);
  }

  /** About each of some rules; what two of them have against each other is said once. */
  List<Finding> of(List<Rule> rules, KeptRules kept) {
    Map<String, Rule> others = new LinkedHashMap<>();
    kept.newestFirst().forEach(rule -> others.put(rule.getRuleId(), rule));
    rules.forEach(rule -> others.remove(rule.getRuleId()));
    List<Finding> findings = new ArrayList<>();
    for (Rule rule : rules) {
      findings.addAll(audit.check(rule, List.copyOf(others.values())));
      others.put(rule.getRuleId(), rule);
    }
    return findings;
  }
}
