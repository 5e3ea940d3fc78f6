package io.millrace.standalone.cli.rules;

import io.millrace.flink.lastmile.CompiledRule;
import io.millrace.flink.lastmile.RuleCheck;
import io.millrace.schemas.avro.Rule;
import io.millrace.standalone.cli.terminal.PrintableText;
import io.millrace.standalone.cli.terminal.TextStyle;
import io.millrace.standalone.rules.Finding;
import io.millrace.standalone.rules.KnownCatalogue;
import io.millrace.standalone.rules.RuleText;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Rules as lines of text, each with what of the catalogue it matches. */
final class RulePage {
  private final KnownCatalogue catalogue;
  private final Instant now;
  private final TextStyle style;
  private final DateTimeFormatter time;

  /**
   * @param zone in which times are shown
   * @param now which rules are in force is decided by
   */
  RulePage(KnownCatalogue catalogue, ZoneId zone, Instant now, TextStyle style) {
    this.catalogue = catalogue;
    this.now = now;
    this.style = style;
    this.time = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(zone);
  }

  /**
   * Lines for some rules, in their order.
   *
   * @param all also those that are not in force; else they are only counted
   */
  List<String> lines(List<Rule> rules, boolean all) {
    List<String> lines = new ArrayList<>();
    int idle = 0;
    for (Rule rule : rules) {
      String state = state(rule);
      if (state == null || all) {
        add(lines, rule, state);
      } else {
        idle++;
      }
    }
    if (lines.isEmpty()) {
      lines.add("No rule is in force.");
    }
    if (idle > 0) {
      lines.add(
          PrintableText.count(idle, "rule")
              + (idle == 1 ? " is" : " are")
              + " not in force; --all shows "
              + (idle == 1 ? "it" : "them"));
    }
    return lines;
  }

  private void add(List<String> lines, Rule rule, @Nullable String state) {
    lines.add(
        style.bold(PrintableText.of(rule.getRuleId()))
            + (state == null ? "" : "  (" + PrintableText.of(state) + ")"));
    lines.add("  " + PrintableText.of(RuleText.of(rule)) + "; " + matched(rule));
    lines.add(
        "  "
            + PrintableText.of(RuleText.scope(rule))
            + times(rule)
            + (rule.getPriority() == 0 ? "" : ", priority " + rule.getPriority())
            + style.dim(", put " + time.format(rule.getUpdatedAt())));
    if (!rule.getDescription().isEmpty()) {
      lines.add("  " + PrintableText.of(rule.getDescription()));
    }
  }

  /** Why a rule is not in force; null when it is. */
  private @Nullable String state(Rule rule) {
    Instant from = rule.getValidFrom();
    Instant until = rule.getValidUntil();
    if (RuleCheck.check(rule) != null) {
      return "refused by the job; ./millrace rule check says why";
    }
    if (from != null && now.isBefore(from)) {
      return "not in force yet";
    }
    return until == null || now.isBefore(until) ? null : "not in force any more";
  }

  private String times(Rule rule) {
    Instant from = rule.getValidFrom();
    Instant until = rule.getValidUntil();
    return (from == null ? "" : ", from " + time.format(from))
        + (until == null ? "" : ", until " + time.format(until));
  }

  /** As {@code matches 92 of 1,682 items (90 available)}. */
  String matched(Rule rule) {
    if (catalogue.size() == 0) {
      return "the catalogue is empty, so nothing is known of what matches";
    }
    KnownCatalogue.Matched matched = catalogue.matched(CompiledRule.of(rule), now.toEpochMilli());
    return String.format(
        Locale.ROOT,
        "matches %,d of %s%s",
        matched.items(),
        RuleText.items(catalogue.size()),
        matched.available() == matched.items()
            ? ""
            : String.format(Locale.ROOT, " (%,d available)", matched.available()));
  }

  /** As {@code warning: no-horror: match.attributes names ...}. */
  static String finding(Finding finding) {
    return finding.kind().name().toLowerCase(Locale.ROOT)
        + ": "
        + PrintableText.of(finding.ruleId())
        + ": "
        + PrintableText.of(finding.text());
  }
}
