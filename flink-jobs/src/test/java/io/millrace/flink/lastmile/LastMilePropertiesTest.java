package io.millrace.flink.lastmile;

import static io.millrace.flink.lastmile.Rules.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.ModelCall;
import io.millrace.schemas.avro.RecommendationInput;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import io.millrace.schemas.avro.RuleMatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds whatever the rules, the catalogue and the candidates are. */
class LastMilePropertiesTest {
  private static final int ROUNDS = 400;
  private static final RuleAction[] ACTIONS = {
    RuleAction.EXCLUDE,
    RuleAction.PIN,
    RuleAction.BOOST,
    RuleAction.BURY,
    RuleAction.AT_LEAST,
    RuleAction.AT_MOST,
    RuleAction.AT_MOST_EACH
  };

  private final Map<String, ItemFacts> catalogue = new HashMap<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void holds(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      fillCatalogue(random);
      List<CompiledRule> rules = rules(random);
      Offer offer =
          new Offer(
              candidates(random, 30),
              candidates(random, 30),
              List.of("i" + random.nextInt(40)),
              1 + random.nextInt(12));
      Outcome outcome = new LastMile(rules, catalogue::get, NOW.toEpochMilli(), 15).apply(offer);
      List<String> ids = outcome.items().stream().map(Candidate::itemId).toList();

      assertThat(ids).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(offer.k());
      assertThat(ids).noneMatch(id -> isKeptOut(id, rules));
      assertThat(new LastMile(rules, catalogue::get, NOW.toEpochMilli(), 15).apply(offer))
          .as("the same again")
          .isEqualTo(outcome);
      assertThat(PastList.again(kept(rules, offer, outcome), offer.served()).items())
          .as("the same from what is kept")
          .isEqualTo(outcome.items());
      checkLength(rules, offer, ids);
      checkOrder(rules, offer, ids);
    }
  }

  private boolean isKeptOut(String id, List<CompiledRule> rules) {
    ItemFacts facts = catalogue.get(id);
    return (facts != null && !facts.available())
        || rules.stream()
            .anyMatch(
                rule ->
                    rule.rule().getAction() == RuleAction.EXCLUDE
                        && rule.matches(id, facts, NOW.toEpochMilli()));
  }

  /** Without caps the list is as long as it can be. */
  private void checkLength(List<CompiledRule> rules, Offer offer, List<String> ids) {
    boolean capped =
        rules.stream().anyMatch(rule -> rule.rule().getAction().name().startsWith("AT_MOST"));
    long allowed = offer.served().stream().filter(item -> !isKeptOut(item.itemId(), rules)).count();
    if (!capped) {
      assertThat(ids.size()).isGreaterThanOrEqualTo((int) Math.min(offer.k(), allowed));
    }
  }

  private void checkOrder(List<CompiledRule> rules, Offer offer, List<String> ids) {
    boolean ordered =
        rules.stream().allMatch(rule -> rule.rule().getAction() == RuleAction.EXCLUDE);
    List<String> served =
        offer.served().stream()
            .map(Candidate::itemId)
            .filter(id -> !isKeptOut(id, rules))
            .limit(offer.k())
            .toList();
    if (ordered) {
      assertThat(ids.subList(0, served.size())).isEqualTo(served);
    }
  }

  private RecommendationInput kept(List<CompiledRule> rules, Offer offer, Outcome outcome) {
    long now = NOW.toEpochMilli();
    List<CompiledRule> concerned =
        PastList.concerned(rules, outcome.considered(), catalogue::get, now);
    return RecommendationInput.newBuilder()
        .setRecommendationId("r")
        .setUserId("u")
        .setK(offer.k())
        .setDecidedAt(NOW)
        .setCall(
            new ModelCall(
                "recommender",
                List.of(),
                List.of(),
                List.of(),
                List.copyOf(offer.unwanted()),
                null,
                List.of(),
                List.of(),
                30,
                List.of(),
                List.of(),
                0f))
        .setLower(PastList.offered(outcome.lower()))
        .setRules(concerned.stream().map(CompiledRule::rule).toList())
        .setFacts(PastList.facts(concerned, outcome.considered(), catalogue::get, now))
        .setCandidates(15)
        .build();
  }

  private void fillCatalogue(Random random) {
    catalogue.clear();
    for (int i = 0; i < 36; i++) {
      List<String> genres = new ArrayList<>();
      for (int genre = 0; genre < 4; genre++) {
        if (random.nextInt(3) == 0) {
          genres.add("g" + genre);
        }
      }
      long updated = NOW.toEpochMilli() - random.nextInt(3) * 86_400_000L;
      catalogue.put(
          "i" + i, ItemFacts.of(random.nextInt(10) > 0, updated, Map.of("genre", genres)));
    }
  }

  private static List<Candidate> candidates(Random random, int most) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      ids.add("i" + i);
    }
    Collections.shuffle(ids, random);
    return Rules.candidates(ids.subList(0, random.nextInt(most)).toArray(String[]::new));
  }

  private static List<CompiledRule> rules(Random random) {
    List<CompiledRule> rules = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      Rule rule = rule("r" + i, random);
      assertThat(RuleCheck.check(rule)).isNull();
      rules.add(CompiledRule.of(rule));
    }
    rules.sort(CompiledRule.ORDER);
    return rules;
  }

  private static Rule rule(String id, Random random) {
    RuleAction action = ACTIONS[random.nextInt(ACTIONS.length)];
    RuleMatch match =
        random.nextBoolean()
            ? Rules.genre("g" + random.nextInt(5))
            : Rules.items("i" + random.nextInt(40), "i" + random.nextInt(40));
    Rule.Builder rule = Rules.rule(id, action, match).setPriority(random.nextInt(3));
    switch (action) {
      case PIN -> rule.setPosition(1 + random.nextInt(14));
      case BOOST -> rule.setFactor(1.1f + random.nextInt(10));
      case BURY -> rule.setFactor(0.05f + random.nextInt(9) / 10f);
      case AT_LEAST -> rule.setCount(1 + random.nextInt(3)).setWithin(3 + random.nextInt(10));
      case AT_MOST -> rule.setCount(random.nextInt(4));
      case AT_MOST_EACH -> rule.setCount(1 + random.nextInt(3)).setAttribute("genre");
      default -> {}
    }
    return rule.build();
  }
}
