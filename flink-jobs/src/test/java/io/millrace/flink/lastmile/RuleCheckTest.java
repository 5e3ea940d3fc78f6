package io.millrace.flink.lastmile;

import static io.millrace.flink.lastmile.Rules.NOW;
import static io.millrace.flink.lastmile.Rules.everything;
import static io.millrace.flink.lastmile.Rules.genre;
import static io.millrace.flink.lastmile.Rules.items;
import static io.millrace.flink.lastmile.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.millrace.flink.features.Refusal;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import io.millrace.schemas.avro.RuleMatch;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RuleCheckTest {
  private static Rule.Builder exclude() {
    return rule("r", RuleAction.EXCLUDE, items("a"));
  }

  private static Rule.Builder boost() {
    return rule("r", RuleAction.BOOST, items("a"));
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        arguments(exclude().setRuleId(""), "ruleId is empty"),
        arguments(exclude().setRuleId("u/r"), "u/r without a userId"),
        arguments(exclude().setUserId("u"), "it must be u/NAME"),
        arguments(exclude().setUserId("u").setRuleId("u/"), "it must be u/NAME"),
        arguments(rule("r", RuleAction.UNKNOWN, items("a")), "action is UNKNOWN"),
        arguments(rule("r", RuleAction.EXCLUDE, everything()), "match is empty"),
        arguments(
            rule("r", RuleAction.EXCLUDE, items("a".repeat(257))), "match.itemIds[0] has 257"),
        arguments(
            rule(
                "r",
                RuleAction.EXCLUDE,
                new RuleMatch(Collections.nCopies(1001, "a"), Map.of(), null)),
            "match.itemIds has 1001 ids: at most 1000"),
        arguments(
            rule(
                "r",
                RuleAction.EXCLUDE,
                genre(Collections.nCopies(201, "g").toArray(new String[0]))),
            "match.attributes has 201 values: at most 200"),
        arguments(rule("r", RuleAction.EXCLUDE, genre()), "match.attributes[genre] has no value"),
        arguments(rule("r", RuleAction.EXCLUDE, genre(" ")), "match.attributes[genre] is ' '"),
        arguments(
            rule("r", RuleAction.EXCLUDE, new RuleMatch(List.of(), Map.of(), 0)),
            "match.newerThanDays is 0"),
        arguments(boost(), "factor is null"),
        arguments(boost().setFactor(Float.NaN), "factor is NaN"),
        arguments(boost().setFactor(0f), "factor is 0.0"),
        arguments(boost().setFactor(0.5f), "BURY takes less"),
        arguments(rule("r", RuleAction.BURY, items("a")).setFactor(2f), "BOOST takes more"),
        arguments(exclude().setFactor(2f), "factor is 2.0 in a rule that says EXCLUDE"),
        arguments(rule("r", RuleAction.PIN, items("a")), "position is null"),
        arguments(rule("r", RuleAction.PIN, items("a")).setPosition(0), "position is 0"),
        arguments(
            rule("r", RuleAction.AT_LEAST, items("a")).setCount(3).setWithin(2),
            "count is 3 of the first 2"),
        arguments(rule("r", RuleAction.AT_MOST, items("a")).setCount(-1), "count is -1"),
        arguments(
            rule("r", RuleAction.AT_MOST_EACH, everything()).setCount(1), "attribute is null"),
        arguments(exclude().setValidFrom(NOW).setValidUntil(NOW), "would never be in force"),
        arguments(exclude().setDescription("d".repeat(1001)), "description has 1001"),
        arguments(exclude().setSurface("s".repeat(257)), "surface has 257"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void isRefusedWithFieldValueAndFix(Rule.Builder rule, String says) {
    Refusal refusal = RuleCheck.check(rule.build());

    assertThat(refusal).isNotNull();
    assertThat(refusal.detail()).contains(says);
  }

  @Test
  void whatAUserMayHave() {
    Rule rule = exclude().setUserId("u/1").setRuleId("u/1/block").build();

    assertThat(RuleCheck.check(rule)).isNull();
    assertThat(RuleIds.userOf(rule.getRuleId())).isEqualTo("u/1");
  }
}
