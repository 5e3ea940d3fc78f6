package io.millrace.standalone.cli.rules;

import static io.millrace.standalone.rules.Rules.NOW;
import static io.millrace.standalone.rules.Rules.exclude;
import static io.millrace.standalone.rules.Rules.items;
import static io.millrace.standalone.rules.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import io.millrace.standalone.cli.terminal.TextStyle;
import io.millrace.standalone.rules.KnownCatalogue;
import io.millrace.standalone.rules.RuleFile;
import io.millrace.standalone.rules.Rules;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class RulePageTest {
  private final RulePage page =
      new RulePage(Rules.catalogue(), ZoneOffset.UTC, NOW, new TextStyle(false));

  @Test
  void rulesInForceAreShownWithWhatTheyMatchAndTheRestCounted() {
    Rule pin =
        rule("premiere", RuleAction.PIN, items("d", "a"))
            .setPosition(1)
            .setSurface("home")
            .setPriority(3)
            .setDescription("for the opening\nnight")
            .setValidUntil(NOW.plusSeconds(3600))
            .build();
    Rule later =
        Rule.newBuilder(exclude("later", "Drama")).setValidFrom(NOW.plusSeconds(1)).build();
    Rule over = Rule.newBuilder(exclude("over", "Drama")).setValidUntil(NOW).build();
    List<Rule> rules = List.of(pin, later, over, exclude("no-horror", "Horror"));

    assertThat(page.lines(rules, false))
        .containsExactly(
            "premiere",
            "  pin items d|a at 1; matches 2 of 4 items (1 available)",
            "  surface home, until 2026-11-22 13:00, priority 3, put 2026-11-22 12:00",
            "  for the opening\\u000anight",
            "no-horror",
            "  exclude genre=Horror; matches 2 of 4 items",
            "  all lists, put 2026-11-22 12:00",
            "2 rules are not in force; --all shows them");
    assertThat(page.lines(rules, true))
        .contains("later  (not in force yet)", "over  (not in force any more)")
        .doesNotContain("2 rules are not in force; --all shows them");
  }

  @Test
  void aRuleThatTheJobRefusesIsNotInForce() {
    Rule refused = rule("r", RuleAction.UNKNOWN, items("a")).build();

    assertThat(page.lines(List.of(refused), false))
        .containsExactly("No rule is in force.", "1 rule is not in force; --all shows it");
    assertThat(page.lines(List.of(refused), true))
        .contains("r  (refused by the job; ./millrace rule check says why)");
  }

  @Test
  void withoutACatalogueNothingIsClaimedOfWhatMatches() {
    RulePage blind = new RulePage(new KnownCatalogue(), ZoneOffset.UTC, NOW, new TextStyle(false));

    assertThat(blind.lines(List.of(exclude("r", "Horror")), false))
        .contains(
            "  exclude genre=Horror; the catalogue is empty, so nothing is known of what matches");
  }

  @Test
  void whatIsListedAsJsonCanBePut() {
    List<Rule> rules =
        List.of(
            exclude("one", "Horror"),
            rule("u/two", RuleAction.BOOST, items("a", "ü"))
                .setUserId("u")
                .setFactor(1.25f)
                .setDescription("d")
                .setPriority(2)
                .setSurface("")
                .setValidFrom(NOW)
                .build(),
            rule("three", RuleAction.AT_MOST_EACH, items())
                .setCount(1)
                .setWithin(2)
                .setAttribute("genre")
                .build());

    String json = RuleJson.of(rules);

    assertThat(RuleFile.parse(json, NOW.plusSeconds(60))).isEqualTo(rules);
    assertThat(json).doesNotContain("ü");
  }
}
