package io.millrace.standalone.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.lastmile.Candidate;
import io.millrace.flink.lastmile.PastList;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendationInput;
import io.millrace.schemas.avro.RecommendedItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplainerTest {
  private final RecommendationInput input = PastInputs.answered("r");
  private final Recommendation list = PastInputs.list(input);

  @Test
  void theSameAnswerMakesTheSameListWithItsRules() {
    List<String> versions = new ArrayList<>();

    Explanation explanation =
        new Explainer(
                (call, version) -> {
                  versions.add(version);
                  assertThat(call).isEqualTo(input.getCall());
                  return PastInputs.reply(input);
                })
            .explain(list, input);

    assertThat(versions).containsExactly("3");
    assertThat(explanation.verdict()).isEqualTo(Verdict.SAME);
    assertThat(explanation.reasons()).isEmpty();
    assertThat(explanation.kept().items()).extracting(Candidate::itemId).containsExactly("b", "c");
    assertThat(explanation.kept().applied())
        .singleElement()
        .satisfies(rule -> assertThat(rule.getItemIds()).containsExactly("a"));
  }

  @Test
  void aRerankedListComesOutAgain() {
    RecommendationInput reranked = PastInputs.reranked("r");
    Recommendation then = PastInputs.list(reranked);
    assertThat(then.getItems()).extracting(RecommendedItem::getItemId).containsExactly("c", "b");

    Explanation explanation =
        new Explainer((call, version) -> PastInputs.reply(reranked)).explain(then, reranked);

    assertThat(explanation.verdict()).isEqualTo(Verdict.SAME);
    assertThat(
            new Explainer((call, version) -> PastInputs.reply(input))
                .explain(then, input)
                .verdict())
        .as("without what was found")
        .isEqualTo(Verdict.DIFFERENT);
  }

  @Test
  void anotherOrderIsAnotherList() {
    List<Candidate> items = new ArrayList<>(PastList.served(input));
    Collections.reverse(items);

    Explanation explanation = explain(list, items, "RANKED");

    assertThat(explanation.verdict()).isEqualTo(Verdict.DIFFERENT);
    assertThat(explanation.reasons())
        .containsExactly("place 1 had b, now c", "place 2 had c, now b");
  }

  @Test
  void anotherScoreIsAnotherListUnlessArithmeticExplainsIt() {
    assertThat(explain(list, scored(0.80005f), "RANKED").verdict()).isEqualTo(Verdict.SAME);

    Explanation explanation = explain(list, scored(0.81f), "RANKED");

    assertThat(explanation.verdict()).isEqualTo(Verdict.DIFFERENT);
    assertThat(explanation.reasons()).containsExactly("place 1, b, scored 0.800000, now 0.810000");
    assertThat(explain(list, scored(Float.NaN), "RANKED").verdict()).isEqualTo(Verdict.DIFFERENT);
  }

  @Test
  void fewerItemsAreAnotherList() {
    Explanation explanation = explain(list, PastList.served(input).subList(0, 2), "RANKED");

    assertThat(explanation.reasons()).containsExactly("2 items then, 1 now");
  }

  @Test
  void aRecordThatItsInputsDoNotGiveIsAnotherListWhateverTheServerSays() {
    Recommendation forged =
        Recommendation.newBuilder(list)
            .setItems(List.of(new RecommendedItem("a", 0.9f, "retriever", 1f, null)))
            .build();

    assertThat(explain(forged, PastList.served(input), "RANKED").verdict())
        .isEqualTo(Verdict.DIFFERENT);
    assertThat(explain(forged, PastList.served(input), "RETRIEVED").verdict())
        .isEqualTo(Verdict.DIFFERENT);
    assertThat(gone(forged).verdict()).isEqualTo(Verdict.DIFFERENT);
  }

  @Test
  void aVersionThatIsGoneLeavesItOpen() {
    Explanation explanation = gone(list);

    assertThat(explanation.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(explanation.reasons()).containsExactly("version 3 is gone");
    assertThat(explanation.reply()).isNull();
  }

  private Explanation gone(Recommendation record) {
    return new Explainer(
            (call, version) -> {
              throw new NotAnsweredException("version " + version + " is gone");
            })
        .explain(record, input);
  }

  @Test
  void aServerThatGotFurtherLeavesItOpen() {
    List<Candidate> items = new ArrayList<>(PastList.served(input));
    Collections.reverse(items);

    Explanation explanation = explain(list, items, "RETRIEVED");

    assertThat(explanation.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(explanation.reasons())
        .singleElement()
        .asString()
        .contains("was RANKED then and is RETRIEVED now");
  }

  @Test
  void whereNoServerAnsweredNoneIsAskedNow() {
    RecommendationInput fallen = PastInputs.fallen("r");

    Explanation explanation =
        new Explainer(
                (call, version) -> {
                  throw new AssertionError("asked");
                })
            .explain(PastInputs.list(fallen), fallen);

    assertThat(explanation.verdict()).isEqualTo(Verdict.SAME);
    assertThat(explanation.kept().items()).extracting(Candidate::itemId).containsExactly("c", "b");
  }

  @Test
  void withoutTheRecordTheListIsWhatTheKeptAnswerGives() {
    Explanation explanation =
        new Explainer((call, version) -> PastInputs.reply(input)).explain(null, input);

    assertThat(explanation.verdict()).isEqualTo(Verdict.SAME);
    assertThat(explanation.list()).isNull();
  }

  private Explanation explain(Recommendation record, List<Candidate> items, String rung) {
    return new Explainer((call, version) -> new ModelReply("3", rung, "", items, List.of()))
        .explain(record, input);
  }

  private List<Candidate> scored(float scoreOfB) {
    List<Candidate> items = new ArrayList<>(PastList.served(input));
    items.set(1, new Candidate("b", scoreOfB, "retriever", -1));
    return items;
  }
}
