package io.millrace.standalone.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.avro.RecommendationInput;
import io.millrace.standalone.cli.terminal.TextStyle;
import io.millrace.standalone.explain.Explainer;
import io.millrace.standalone.explain.Explanation;
import io.millrace.standalone.explain.NotAnsweredException;
import io.millrace.standalone.explain.PastInputs;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplainPageTest {
  private final RecommendationInput input = PastInputs.answered("r");
  private final Explanation same =
      new Explainer((call, version) -> PastInputs.reply(input))
          .explain(PastInputs.list(input), input);

  @Test
  void everyStageIsShown() {
    assertThat(String.join("\n", lines(same)))
        .isEqualTo(
            """
            Recommendation r · user 42
              decided    2026-11-22 12:00:00.000
              caused by  event e1
              rung       RANKED
              versions   recommender 3

            Made from
              sequence   2 events, the newest first: Film y, Film x
              left out   2 items by id
              profile    a vector
              keywords   slow +0.50, loud -0.25
              popular    1 item of now
              asked for  50 items, diversity 0.50

            Model server
              then       version 3, RANKED, 3 items
              now        version 3, RANKED, 3 items; scores at most 0.000000 apart
              candidates 2 candidates: popular 1, retriever 2

            Rules
              1 rule in force for items of the list
              no-horror (EXCLUDE): Film a

            List
               #  model  again     score  source          item
               1      2      1    0.8000  retriever       Film b
               2      3      2    0.7000  retriever       Film c

            Again
              The same list comes out: same items in the same order, scores within 0.0001.\
            """);
  }

  @Test
  void whatALanguageModelHadFoundIsSaid() {
    RecommendationInput reranked = PastInputs.reranked("r");
    Explanation explanation =
        new Explainer((call, version) -> PastInputs.reply(reranked))
            .explain(PastInputs.list(reranked), reranked);

    assertThat(lines(explanation))
        .contains(
            "  reranked   by model-1 (rerank/1), weight 0.50; 2 items of the answer had been looked"
                + " over in list earlier");
    assertThat(lines(same)).noneMatch(line -> line.startsWith("  reranked"));
  }

  @Test
  void aVersionThatIsGoneIsSaid() {
    Explanation gone =
        new Explainer(
                (call, version) -> {
                  throw new NotAnsweredException("version 3\u001b is gone");
                })
            .explain(PastInputs.list(input), input);

    assertThat(lines(gone))
        .contains("  now        no answer", "    version 3\\u001b is gone")
        .doesNotContain("\u001b");
    assertThat(String.join("\n", lines(gone))).contains("the answer itself cannot be made again:");
  }

  @Test
  void aListOfALowerRungIsSaid() {
    RecommendationInput fallen = PastInputs.fallen("r");
    Explanation explanation =
        new Explainer((call, version) -> PastInputs.reply(input))
            .explain(PastInputs.list(fallen), fallen);

    assertThat(lines(explanation))
        .contains(
            "  then       no answer (deadline); the list is from the lower rungs, which offered 2"
                + " items",
            "  none changed it",
            "   1      -      -    5.0000  retriever       Film c");
  }

  @Test
  void aRecordThatIsGoneIsSaid() {
    Explanation explanation =
        new Explainer((call, version) -> PastInputs.reply(input)).explain(null, input);

    assertThat(lines(explanation)).contains("  record     gone; what follows is from its inputs");
  }

  @Test
  void allOfItIsThereAsJson() throws Exception {
    JsonNode json = new ObjectMapper().readTree(ExplainJson.of(same));

    assertThat(json.path("verdict").asText()).isEqualTo("SAME");
    assertThat(json.path("recommendation").path("userId").asText()).isEqualTo("42");
    assertThat(json.path("input").path("call").path("k").asInt()).isEqualTo(50);
    assertThat(json.path("rules").path(0).path("ruleId").asText()).isEqualTo("no-horror");
    assertThat(json.path("kept")).isEqualTo(json.path("again")).hasSize(2);
    JsonNode candidates = json.path("reply").path("candidates");
    assertThat(candidates.path(0).path("features").path("popular").asDouble()).isEqualTo(2);
    assertThat(candidates.path(1).path("score").isNull()).isTrue();
  }

  private static List<String> lines(Explanation explanation) {
    return new ExplainPage(id -> "Film " + id, ZoneOffset.UTC, new TextStyle(false))
        .lines(explanation);
  }
}
