package io.millrace.flink.lastmile;

import static io.millrace.flink.lastmile.Rules.NOW;
import static io.millrace.flink.lastmile.Rules.candidates;
import static io.millrace.flink.lastmile.Rules.compiled;
import static io.millrace.flink.lastmile.Rules.everything;
import static io.millrace.flink.lastmile.Rules.genre;
import static io.millrace.flink.lastmile.Rules.items;
import static io.millrace.flink.lastmile.Rules.of;
import static io.millrace.flink.lastmile.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.AppliedRule;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import io.millrace.schemas.avro.RuleMatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Dramas are d1, d2, and so on, comedies c1, c2, and so on. */
class LastMileTest {
  private static final Catalogue CATALOGUE =
      id ->
          switch (id.charAt(0)) {
            case 'd' -> of("Drama");
            case 'c' -> of("Comedy");
            case 'b' -> of("Drama", "Comedy");
            case 'x' -> ItemFacts.REMOVED;
            case 'o' ->
                ItemFacts.of(
                    true,
                    NOW.minus(Duration.ofDays(40)).toEpochMilli(),
                    Map.of("genre", List.of()));
            default -> null;
          };
  private static final List<Candidate> SERVED = candidates("d1", "d2", "d3", "c1", "d4", "c2");

  private static Outcome apply(List<Candidate> served, int k, Rule.Builder... rules) {
    return apply(new Offer(served, List.of(), List.of(), k), rules);
  }

  private static Outcome apply(Offer offer, Rule.Builder... rules) {
    return new LastMile(compiled(rules), CATALOGUE, NOW.toEpochMilli(), 10).apply(offer);
  }

  private static List<String> ids(Outcome outcome) {
    return outcome.items().stream().map(Candidate::itemId).toList();
  }

  @Test
  void withoutRulesTheOrderIsTheServers() {
    Outcome outcome = apply(SERVED, 3);

    assertThat(ids(outcome)).containsExactly("d1", "d2", "d3");
    assertThat(outcome.applied()).isEmpty();
  }

  @Test
  void whatIsNotAvailableIsNotRecommendedAndNamed() {
    Outcome outcome = apply(candidates("d1", "x1", "d2"), 3);

    assertThat(ids(outcome)).containsExactly("d1", "d2");
    assertThat(outcome.applied())
        .containsExactly(new AppliedRule("", "UNAVAILABLE", List.of("x1")));
  }

  @Test
  void whatIsExcludedLeavesAndTheNextMoveUp() {
    Outcome outcome = apply(SERVED, 3, rule("r", RuleAction.EXCLUDE, genre("Drama", "Horror")));

    assertThat(ids(outcome)).containsExactly("c1", "c2");
    assertThat(outcome.applied())
        .containsExactly(new AppliedRule("r", "EXCLUDE", List.of("d1", "d2", "d3", "d4")));
  }

  @Test
  void conditionsOfAMatchMustAllHold() {
    RuleMatch match = new RuleMatch(List.of("d1", "c1"), Map.of("genre", List.of("Drama")), 30);

    assertThat(ids(apply(SERVED, 3, rule("r", RuleAction.EXCLUDE, match))))
        .containsExactly("d2", "d3", "c1");
  }

  @Test
  void whatIsNewIsToldByTheCatalogue() {
    RuleMatch isNew = new RuleMatch(List.of(), Map.of(), 30);

    assertThat(ids(apply(candidates("o1", "d1", "?"), 3, rule("r", RuleAction.EXCLUDE, isNew))))
        .containsExactly("o1", "?");
  }

  @Test
  void aBoostLiftsByTheValueOfPlaces() {
    Outcome outcome = apply(SERVED, 3, rule("r", RuleAction.BOOST, genre("Comedy")).setFactor(2f));

    assertThat(ids(outcome)).containsExactly("d1", "c1", "c2");
    assertThat(outcome.applied())
        .containsExactly(new AppliedRule("r", "BOOST", List.of("c1", "c2")));
  }

  @Test
  void aBuriedItemSinks() {
    Outcome outcome = apply(SERVED, 3, rule("r", RuleAction.BURY, items("d1")).setFactor(0.01f));

    assertThat(ids(outcome)).containsExactly("d2", "d3", "c1");
    assertThat(outcome.applied()).containsExactly(new AppliedRule("r", "BURY", List.of("d1")));
  }

  @Test
  void aBoostThatChangesNothingIsNotNamed() {
    Outcome outcome = apply(SERVED, 3, rule("r", RuleAction.BOOST, items("d1")).setFactor(2f));

    assertThat(outcome.applied()).isEmpty();
  }

  @Test
  void aCapHoldsAmongTheFirstPlaces() {
    Rule.Builder cap = rule("r", RuleAction.AT_MOST, genre("Drama")).setCount(1).setWithin(3);

    Outcome outcome = apply(SERVED, 5, cap);

    assertThat(ids(outcome)).containsExactly("d1", "c1", "c2", "d2", "d3");
    assertThat(outcome.applied())
        .containsExactly(new AppliedRule("r", "AT_MOST", List.of("d2", "d3", "d4")));
  }

  @Test
  void aCapGoesBeforeTheLengthOfTheList() {
    Rule.Builder cap = rule("r", RuleAction.AT_MOST, genre("Drama")).setCount(1);

    assertThat(ids(apply(candidates("d1", "d2", "d3"), 3, cap))).containsExactly("d1");
  }

  @Test
  void aCapPerValueCountsEveryValueOfAnItem() {
    Rule.Builder cap =
        rule("r", RuleAction.AT_MOST_EACH, everything()).setAttribute("genre").setCount(1);

    assertThat(ids(apply(candidates("b1", "d1", "c1", "?1", "?2"), 3, cap)))
        .containsExactly("b1", "?1", "?2");
  }

  @Test
  void aQuotaIsMetWithTheLeastChange() {
    Rule.Builder quota = rule("r", RuleAction.AT_LEAST, genre("Comedy")).setCount(1);

    Outcome outcome = apply(SERVED, 3, quota);

    assertThat(ids(outcome)).containsExactly("d1", "d2", "c1");
    assertThat(outcome.applied()).containsExactly(new AppliedRule("r", "AT_LEAST", List.of("c1")));
  }

  @Test
  void quotasOfSeveralRulesAreMetTogether() {
    Outcome outcome =
        apply(
            candidates("?1", "?2", "?3", "?4", "d1", "c1", "c2"),
            4,
            rule("a", RuleAction.AT_LEAST, genre("Comedy")).setCount(2),
            rule("b", RuleAction.AT_LEAST, genre("Drama")).setCount(1));

    assertThat(ids(outcome)).containsExactly("?1", "d1", "c1", "c2");
  }

  @Test
  void aQuotaThatCannotBeMetTakesWhatThereIs() {
    Rule.Builder quota = rule("r", RuleAction.AT_LEAST, genre("Comedy")).setCount(5);

    assertThat(ids(apply(SERVED, 4, quota))).containsExactly("d1", "d2", "c1", "c2");
  }

  @Test
  void ofTwoThatContradictTheHigherPriorityWins() {
    Rule.Builder quota = rule("quota", RuleAction.AT_LEAST, genre("Drama")).setCount(3);
    Rule.Builder cap = rule("cap", RuleAction.AT_MOST, genre("Drama")).setCount(1);

    assertThat(ids(apply(SERVED, 4, quota.setPriority(1), cap)))
        .containsExactly("d1", "c1", "d2", "d3");
    assertThat(ids(apply(SERVED, 4, quota.setPriority(0), cap.setPriority(1))))
        .containsExactly("d1", "c1", "c2");
  }

  @Test
  void aPinnedItemHasItsPlaceAndCounts() {
    Outcome outcome =
        apply(
            SERVED,
            4,
            rule("pin", RuleAction.PIN, items("d4")).setPosition(2),
            rule("cap", RuleAction.AT_MOST, genre("Drama")).setCount(2));

    assertThat(ids(outcome)).containsExactly("d1", "d4", "c1", "c2");
  }

  @Test
  void anItemThatNobodyOfferedIsPinnedIfTheCatalogueHasIt() {
    Rule.Builder pin = rule("r", RuleAction.PIN, items("?9", "x9", "d8", "d9")).setPosition(1);
    Offer unseen = new Offer(SERVED, List.of(), List.of("d8"), 3);

    Outcome outcome = apply(unseen, pin);

    assertThat(ids(outcome)).containsExactly("d9", "d1", "d2");
    assertThat(outcome.items().get(0).source()).isEqualTo(Candidate.PINNED);
    assertThat(outcome.applied()).contains(new AppliedRule("r", "PIN", List.of("d9")));
  }

  @Test
  void twoPinsOfOnePlaceStandSideBySide() {
    assertThat(
            ids(
                apply(
                    SERVED,
                    3,
                    rule("a", RuleAction.PIN, items("c2")).setPosition(1),
                    rule("b", RuleAction.PIN, items("c1")).setPosition(1).setPriority(1))))
        .containsExactly("c1", "c2", "d1");
  }

  @Test
  void whatIsExcludedIsNotPinned() {
    assertThat(
            ids(
                apply(
                    SERVED,
                    2,
                    rule("a", RuleAction.PIN, items("d9")).setPosition(1),
                    rule("b", RuleAction.EXCLUDE, items("d9")))))
        .containsExactly("d1", "d2");
  }

  @Test
  void aShortListIsFilledFromTheLowerRungsUnderTheSameRules() {
    Offer offer = new Offer(SERVED, candidates("d1", "x1", "d9", "c9", "c1", "c8"), List.of(), 4);

    Outcome outcome = apply(offer, rule("r", RuleAction.EXCLUDE, genre("Drama")));

    assertThat(ids(outcome)).containsExactly("c1", "c2", "c9", "c8");
    assertThat(outcome.fromServer()).isEqualTo(2);
    assertThat(outcome.lower()).extracting(Candidate::itemId).containsExactly("c9", "c8");
  }

  @Test
  void aShortAnswerThatNoRuleTouchedIsNotFilled() {
    Offer offer = new Offer(candidates("c1"), candidates("c9"), List.of(), 4);

    assertThat(ids(apply(offer, rule("r", RuleAction.EXCLUDE, genre("Drama")))))
        .containsExactly("c1");
  }

  @Test
  void withoutAnAnswerTheLowerRungsAreWeighedToo() {
    Offer offer = new Offer(List.of(), candidates("d1", "c1"), List.of(), 2);

    assertThat(ids(apply(offer, rule("r", RuleAction.BOOST, genre("Comedy")).setFactor(10f))))
        .containsExactly("c1", "d1");
  }
}
