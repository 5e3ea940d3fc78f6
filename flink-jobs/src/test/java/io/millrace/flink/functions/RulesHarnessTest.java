package io.millrace.flink.functions;

import static io.millrace.flink.functions.Inputs.arrived;
import static io.millrace.flink.functions.Inputs.erase;
import static io.millrace.flink.functions.Inputs.request;
import static io.millrace.flink.functions.Inputs.settings;
import static io.millrace.flink.functions.Inputs.view;
import static io.millrace.flink.functions.UserHarness.START;
import static io.millrace.flink.lastmile.Rules.NOW;
import static io.millrace.flink.lastmile.Rules.genre;
import static io.millrace.flink.lastmile.Rules.items;
import static io.millrace.flink.lastmile.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.inference.RecommendFailure.Reason;
import io.millrace.flink.lastmile.Candidate;
import io.millrace.flink.lastmile.ItemFacts;
import io.millrace.flink.lastmile.PastList;
import io.millrace.flink.lastmile.Rules;
import io.millrace.flink.records.PopularNow;
import io.millrace.flink.records.SharedInput.ItemChanged;
import io.millrace.flink.records.SharedInput.RuleChanged;
import io.millrace.flink.records.UserInput;
import io.millrace.schemas.avro.AppliedRule;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendationInput;
import io.millrace.schemas.avro.RecommendedItem;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import io.millrace.schemas.avro.Rung;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.VoidNamespace;
import org.junit.jupiter.api.Test;

/** What rules and the catalogue do in the stream. Lists have 3 items, of 6 candidates. */
class RulesHarnessTest {
  private final FakeRecommender server = new FakeRecommender();

  private static RuleChanged exclude(String id, String... items) {
    return changed(rule(id, RuleAction.EXCLUDE, items(items)));
  }

  private static RuleChanged changed(Rule.Builder rule) {
    return new RuleChanged(rule.getRuleId(), rule.build());
  }

  private static UserInput block(String user, String name, String item, long updatedAt) {
    String id = user + "/" + name;
    Rule rule =
        rule(id, RuleAction.EXCLUDE, items(item))
            .setUserId(user)
            .setUpdatedAt(Instant.ofEpochMilli(updatedAt))
            .build();
    return new UserInput.Ruled(user, id, rule, arrived(START));
  }

  private Recommendation answer(UserHarness harness) throws Exception {
    server.take(0).answer();
    harness.runMails();
    return harness.lists().get(0);
  }

  private static List<String> ids(Recommendation list) {
    return list.getItems().stream().map(RecommendedItem::getItemId).toList();
  }

  @Test
  void theNextListObeysARuleAndNamesIt() throws Exception {
    try (UserHarness harness = UserHarness.start(settings(), server)) {
      harness.process(view("u", "a", 1));
      assertThat(server.all.get(0).call().k()).as("without rules").isEqualTo(3);
      answer(harness);

      harness.process(exclude("no", "after-b-2-1"));
      harness.process(view("u", "b", 2));
      assertThat(server.all.get(1).call().k()).as("with one").isEqualTo(6);
      Recommendation list = answer(harness);

      assertThat(ids(list)).containsExactly("after-b-2-0", "after-b-2-2", "after-b-2-3");
      assertThat(list.getRules())
          .containsExactly(new AppliedRule("no", "EXCLUDE", List.of("after-b-2-1")));
      assertThat(list.getRung()).isEqualTo(Rung.RANKED);
    }
  }

  @Test
  void whatAListWasMadeFromMakesItAgain() throws Exception {
    try (UserHarness harness = UserHarness.start(settings(), server)) {
      harness.process(new ItemChanged("after-a-1-0", Rules.of("Drama")));
      harness.process(new ItemChanged("after-a-1-2", ItemFacts.REMOVED));
      harness.process(changed(rule("few", RuleAction.AT_MOST, genre("Drama")).setCount(0)));
      harness.process(exclude("of-nothing-here", "elsewhere"));
      harness.process(view("u", "a", 1));
      Recommendation list = answer(harness);
      RecommendationInput input = harness.inputs().get(0);

      assertThat(ids(list)).containsExactly("after-a-1-1", "after-a-1-3", "after-a-1-4");
      assertThat(PastList.again(input, PastList.served(input)).items())
          .extracting(Candidate::itemId)
          .isEqualTo(ids(list));
      assertThat(input.getRecommendationId()).isEqualTo(list.getRecommendationId());
      assertThat(input.getRules()).extracting(Rule::getRuleId).containsExactly("few");
      assertThat(input.getCall().getItemIds()).containsExactly("a");
      assertThat(input.getFailure()).isNull();
    }
  }

  @Test
  void theNewestVersionOfARuleCountsWhateverTheOrder() throws Exception {
    try (UserHarness harness = UserHarness.start(settings(), server)) {
      harness.process(exclude("r", "after-a-1-0"));
      harness.process(
          changed(
              rule("r", RuleAction.EXCLUDE, items("after-a-1-1"))
                  .setUpdatedAt(NOW.minusMillis(1))));
      harness.process(view("u", "a", 1));
      assertThat(ids(answer(harness))).doesNotContain("after-a-1-0").contains("after-a-1-1");

      harness.process(new RuleChanged("r", null));
      harness.process(view("u", "b", 2));
      assertThat(ids(answer(harness))).contains("after-b-2-0");
    }
  }

  @Test
  void aRuleOfAnotherSurfaceOrTimeIsNotInForce() throws Exception {
    try (UserHarness harness = UserHarness.start(settings(), server)) {
      harness.process(
          changed(rule("cart", RuleAction.EXCLUDE, items("after-a-1-0")).setSurface("cart")));
      harness.process(
          changed(
              rule("soon", RuleAction.EXCLUDE, items("after-a-1-1"))
                  .setValidFrom(NOW.plusMillis(1))));
      harness.process(
          changed(rule("home", RuleAction.EXCLUDE, items("after-a-1-2")).setSurface("home")));
      harness.process(view("u", "a", 1));
      assertThat(answer(harness).getRules()).isEmpty();

      harness.process(request("u", "r", null, 5000, null, START));
      assertThat(answer(harness).getRules())
          .extracting(AppliedRule::getRuleId)
          .containsExactly("home");
    }
  }

  @Test
  void rulesAndCatalogueSurviveARestart() throws Exception {
    UserHarness first = UserHarness.startInRocksDb(settings(), server, 1, 0);
    first.process(exclude("r", "after-a-1-0"));
    first.process(new ItemChanged("after-a-1-1", ItemFacts.REMOVED));
    first.process(block("u", "mine", "after-a-1-2", START));
    OperatorSubtaskState snapshot = first.snapshot();
    first.crash();

    try (UserHarness second = UserHarness.restore(settings(), server, snapshot, 1, 1, 0)) {
      second.process(view("u", "a", 1));

      assertThat(ids(answer(second))).containsExactly("after-a-1-3", "after-a-1-4", "after-a-1-5");
    }
  }

  @Test
  void aUsersOwnRuleIsNobodyElses() throws Exception {
    try (UserHarness harness = UserHarness.start(settings(), server)) {
      harness.process(block("u", "mine", "after-a-1-0", START));
      harness.process(view("u", "a", 1));
      assertThat(ids(answer(harness))).doesNotContain("after-a-1-0");

      harness.process(view("v", "a", 1));
      assertThat(ids(answer(harness))).contains("after-a-1-0");

      harness.process(new UserInput.Ruled("u", "u/mine", null, arrived(START)));
      assertThat(userRules(harness)).isZero();
    }
  }

  @Test
  void anErasurePurgesAUsersRulesAndRefusesOlderOnes() throws Exception {
    try (UserHarness harness = UserHarness.start(settings(), server)) {
      harness.process(block("u", "mine", "x", START));
      harness.process(erase("u", START));
      assertThat(userRules(harness)).isZero();

      harness.process(block("u", "mine", "x", START));
      assertThat(userRules(harness)).isZero();
      assertThat(harness.metrics().erased.getCount()).isOne();
    }
  }

  @Test
  void rulesAreBounded() throws Exception {
    try (UserHarness harness = UserHarness.start(settings(), server)) {
      for (int i = 0; i < 3; i++) {
        harness.process(block("u", "r" + i, "x", START));
      }
      for (int i = 0; i < 4; i++) {
        harness.process(exclude("r" + i, "after-a-1-" + i));
      }
      assertThat(harness.metrics().userRulesRefused.getCount()).isOne();

      harness.process(view("u", "a", 1));
      assertThat(answer(harness).getRules())
          .extracting(AppliedRule::getRuleId)
          .containsExactly("r0", "r1", "r2");
    }
  }

  @Test
  void lowerRungsObeyTheRulesToo() throws Exception {
    PopularNow popular = PopularNow.ofCounts(Map.of("p", 3.0, "q", 2.0));
    try (UserHarness harness = UserHarness.start(settings(), server, popular)) {
      harness.process(exclude("r", "p"));
      harness.process(view("u", "a", 1));
      server.take(0).fail(Reason.UNAVAILABLE);
      harness.runMails();
      Recommendation list = harness.lists().get(0);

      assertThat(ids(list)).containsExactly("q");
      assertThat(list.getRung()).isEqualTo(Rung.POPULAR);
      assertThat(list.getRungReason()).isEqualTo("unavailable");
      assertThat(list.getRules()).extracting(AppliedRule::getRuleId).containsExactly("r");
    }
  }

  @Test
  void whereRulesLeaveNothingTheListSaysSo() throws Exception {
    try (UserHarness harness = UserHarness.start(settings(), server)) {
      for (int i = 0; i < 6; i++) {
        harness.process(new ItemChanged("after-a-1-" + i, ItemFacts.REMOVED));
      }
      // Of the sixth nothing is known: the catalogue keeps five items at most here.
      harness.process(exclude("r", "after-a-1-5"));
      harness.process(view("u", "a", 1));
      Recommendation list = answer(harness);

      assertThat(ids(list)).isEmpty();
      assertThat(list.getRung()).isEqualTo(Rung.POPULAR);
      assertThat(list.getRungReason()).isEqualTo("rules");
    }
  }

  private static int userRules(UserHarness harness) {
    return (int)
        harness
            .getOperator()
            .<String>getKeyedStateBackend()
            .getKeys("user-rules", VoidNamespace.INSTANCE)
            .count();
  }
}
