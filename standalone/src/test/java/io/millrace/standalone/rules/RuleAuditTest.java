package io.millrace.standalone.rules;

import static io.millrace.standalone.rules.Rules.NOW;
import static io.millrace.standalone.rules.Rules.exclude;
import static io.millrace.standalone.rules.Rules.genre;
import static io.millrace.standalone.rules.Rules.items;
import static io.millrace.standalone.rules.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import io.millrace.schemas.avro.RuleMatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuleAuditTest {
  private final RuleAudit audit = new RuleAudit(Rules.catalogue(), NOW);

  @Test
  void aSoundRuleHasNoFindings() {
    assertThat(audit.check(exclude("r", "Horror"), List.of())).isEmpty();
  }

  @Test
  void whatTheJobRefusesIsAnError() {
    List<Finding> findings =
        audit.check(
            rule("r", RuleAction.BOOST, genre("Horror")).setFactor(0.5f).build(), List.of());

    assertThat(findings)
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.isError()).isTrue();
              assertThat(finding.ruleId()).isEqualTo("r");
              assertThat(finding.text()).startsWith("factor is 0.5");
            });
  }

  @Test
  void anAttributeThatNoItemHasIsToldWithThoseThatThereAre() {
    Rule typo =
        rule(
                "r",
                RuleAction.EXCLUDE,
                new RuleMatch(List.of(), Map.of("gender", List.of("Horror")), null))
            .build();

    assertThat(texts(typo))
        .containsExactly(
            "match.attributes names gender, which no item has; there are genre",
            "it matches none of 4 items");
  }

  @Test
  void aValueInOtherLettersIsToldTheRightOne() {
    assertThat(texts(exclude("r", "horror")))
        .contains(
            "match.attributes[genre] names horror, which no item has; capitals count: did you mean"
                + " Horror?");
  }

  @Test
  void anAttributeToCountByThatNoItemHasIsTold() {
    Rule each =
        rule("r", RuleAction.AT_MOST_EACH, new RuleMatch(List.of(), Map.of(), null))
            .setCount(2)
            .setAttribute("brand")
            .build();

    assertThat(texts(each))
        .containsExactly("attribute is brand, which no item has; there are genre");
  }

  @Test
  void aRuleThatMatchesEverythingIsTold() {
    assertThat(texts(rule("r", RuleAction.EXCLUDE, genre("Horror", "Drama", "Western")).build()))
        .containsExactly("it matches every one of 4 items: lists would be empty");
    assertThat(
            texts(
                rule("r", RuleAction.AT_MOST, new RuleMatch(List.of(), Map.of(), 1))
                    .setCount(3)
                    .build()))
        .containsExactly("it matches every one of 4 items");
  }

  @Test
  void itemsThatAreNotThereAreTold() {
    assertThat(texts(rule("r", RuleAction.PIN, items("d", "x", "a")).setPosition(1).build()))
        .containsExactly(
            "match.itemIds names x, which the catalogue does not have",
            "match.itemIds names d, which is not available and so on no list");
  }

  @Test
  void moreThanThereAreCannotBeInAList() {
    assertThat(texts(rule("r", RuleAction.AT_LEAST, genre("Western")).setCount(1).build()))
        .containsExactly(
            "count is 1, and only 0 that match are available: lists can never have as many");
  }

  @Test
  void aRuleWhoseTimeIsOverIsTold() {
    Rule over = Rule.newBuilder(exclude("r", "Horror")).setValidUntil(NOW).build();

    assertThat(texts(over))
        .containsExactly(
            "validUntil is 2026-11-22T12:00:00Z, which is past: it is not in force again");
  }

  @Test
  void withoutACatalogueOnlyTheRuleItselfIsChecked() {
    RuleAudit blind = new RuleAudit(new KnownCatalogue(), NOW);

    assertThat(blind.check(exclude("r", "no such genre"), List.of())).isEmpty();
  }

  @Test
  void twoPinsOfOnePlaceContradictEachOther() {
    Rule mine = pin("a-pin", "a").build();
    Rule stronger = pin("b-pin", "b").setPriority(1).build();

    assertThat(texts(mine, stronger))
        .containsExactly(
            "position is 1, which rule b-pin pins, too: that one has it, and this one's item the"
                + " next free place; a higher priority wins");
    assertThat(texts(stronger, mine))
        .singleElement()
        .asString()
        .contains("this one has it, and the other one's item the next free place");
  }

  @Test
  void rulesThatNoListHasBothOfDoNot() {
    Rule mine = pin("a-pin", "a").setSurface("home").setValidUntil(NOW.plusSeconds(60)).build();

    assertThat(texts(mine, pin("b-pin", "b").setSurface("cart").build())).isEmpty();
    assertThat(texts(mine, pin("b-pin", "b").setValidFrom(NOW.plusSeconds(60)).build())).isEmpty();
    assertThat(
            texts(pin("u/p", "a").setUserId("u").build(), pin("v/p", "b").setUserId("v").build()))
        .isEmpty();
    assertThat(texts(mine, pin("b-pin", "b").setPosition(2).build())).isEmpty();
    assertThat(texts(mine, pin("b-pin", "b").setValidFrom(NOW.plusSeconds(59)).build())).hasSize(1);
  }

  @Test
  void aRuleAboutWhatAnotherExcludesDoesNothing() {
    Rule boost = rule("more", RuleAction.BOOST, items("a", "b")).setFactor(2f).build();

    assertThat(texts(boost, exclude("none", "Horror")))
        .containsExactly("it does nothing, because rule none excludes all that it is about");
    assertThat(texts(exclude("none", "Horror"), boost))
        .containsExactly(
            "it excludes all that rule more (BOOST) is about, which then does nothing");
    assertThat(texts(boost, exclude("none", "Drama"))).isEmpty();
  }

  @Test
  void atLeastMoreThanAtMostCannotBe() {
    Rule least = rule("least", RuleAction.AT_LEAST, genre("Horror")).setCount(2).build();
    Rule most = rule("most", RuleAction.AT_MOST, genre("Horror")).setCount(1).build();

    assertThat(texts(least, most))
        .containsExactly(
            "count is 2, and rule most says AT_MOST 1 of the same items: least wins; a higher"
                + " priority wins");
    assertThat(texts(Rule.newBuilder(least).setCount(1).build(), most)).isEmpty();
    assertThat(texts(Rule.newBuilder(least).setWithin(5).build(), most)).isEmpty();
  }

  @Test
  void aRuleIsNotHeldAgainstItselfNorAgainstRefusedOnes() {
    Rule mine = pin("p", "a").build();

    assertThat(texts(mine, pin("p", "b").build())).isEmpty();
    assertThat(texts(mine, pin("q", "b").setFactor(2f).build())).isEmpty();
  }

  @Test
  void ageCountsFromNow() {
    Rule fresh = rule("r", RuleAction.EXCLUDE, new RuleMatch(List.of(), Map.of(), 1)).build();
    RuleAudit later = new RuleAudit(Rules.catalogue(), NOW.plus(Duration.ofDays(1)));

    assertThat(later.check(fresh, List.of()))
        .extracting(Finding::text)
        .containsExactly("it matches none of 4 items");
  }

  private static Rule.Builder pin(String id, String item) {
    return rule(id, RuleAction.PIN, items(item)).setPosition(1);
  }

  private List<String> texts(Rule rule, Rule... others) {
    List<Finding> findings = audit.check(rule, List.of(others));
    assertThat(findings).noneMatch(Finding::isError);
    return findings.stream().map(Finding::text).toList();
  }
}
