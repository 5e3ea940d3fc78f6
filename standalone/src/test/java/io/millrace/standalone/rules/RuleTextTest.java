package io.millrace.standalone.rules;

import static io.millrace.standalone.rules.Rules.genre;
import static io.millrace.standalone.rules.Rules.items;
import static io.millrace.standalone.rules.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import io.millrace.schemas.avro.RuleMatch;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuleTextTest {
  @Test
  void everyActionHasItsWords() {
    assertText("exclude genre=Horror|War", rule("r", RuleAction.EXCLUDE, genre("Horror", "War")));
    assertText("pin items a|b at 2", rule("r", RuleAction.PIN, items("a", "b")).setPosition(2));
    assertText("boost genre=War x1.50", rule("r", RuleAction.BOOST, genre("War")).setFactor(1.5f));
    assertText("bury genre=War x0.250", rule("r", RuleAction.BURY, genre("War")).setFactor(0.25f));
    assertText(
        "at least 2 of newer than 30 days in the first 10",
        rule("r", RuleAction.AT_LEAST, new RuleMatch(List.of(), Map.of(), 30))
            .setCount(2)
            .setWithin(10));
    assertText(
        "at most 0 of items a and genre=War",
        rule(
                "r",
                RuleAction.AT_MOST,
                new RuleMatch(List.of("a"), Map.of("genre", List.of("War")), null))
            .setCount(0));
    assertText(
        "at most 3 of each genre in the first 10",
        rule("r", RuleAction.AT_MOST_EACH, new RuleMatch(List.of(), Map.of(), null))
            .setCount(3)
            .setAttribute("genre")
            .setWithin(10));
    assertText(
        "an action that this release does not know", rule("r", RuleAction.UNKNOWN, items("a")));
  }

  @Test
  void manyItemsAreCountedRatherThanNamed() {
    assertText(
        "exclude items a|b|c|d|... (5)",
        rule("r", RuleAction.EXCLUDE, items("a", "b", "c", "d", "e")));
  }

  @Test
  void whoseListsItIsAbout() {
    Rule.Builder builder = rule("r", RuleAction.EXCLUDE, items("a"));

    assertThat(RuleText.scope(builder.build())).isEqualTo("all lists");
    assertThat(RuleText.scope(builder.setSurface("").build())).isEqualTo("lists after events");
    assertThat(RuleText.scope(builder.setSurface("home").setUserId("42").build()))
        .isEqualTo("surface home, user 42");
  }

  private static void assertText(String text, Rule.Builder rule) {
    assertThat(RuleText.of(rule.build())).isEqualTo(text);
  }
}
