package io.millrace.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.inference.ModelMetadataRequest;
import io.millrace.server.TinyModels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Candidates, features and lists of a bundle with a ranker, compared value by value with what
 * training computes for it.
 */
class RankedListsTest {
  private static final int K = 12;

  @RegisterExtension
  static final ServedTinyModels SERVED = new ServedTinyModels(TinyModels::ranked);

  private static JsonNode golden() throws IOException {
    return new ObjectMapper()
        .readTree(TinyModels.ranked().resolve("ranker-features-golden.json").toFile());
  }

  private static WireRequest request(JsonNode row) {
    int events = row.get("item_id").size();
    int[] types = new int[events];
    for (int i = 0; i < events; i++) {
      types[i] = row.get("event_type").get(i).intValue();
    }
    WireRequest request =
        WireRequest.recommend(strings(row.get("item_id")), types, floats(row.get("age_s")))
            .strings("exclude_id", strings(row.get("exclude_id")))
            .strings("popular_id", strings(row.get("popular_id")))
            .floats("popular_count", floats(row.get("popular_count")))
            .ints("k", K);
    if (row.get("profile").size() > 0) {
      request.floats("profile", floats(row.get("profile")));
    }
    return request;
  }

  private static String[] strings(JsonNode values) {
    return StreamSupport.stream(values.spliterator(), false)
        .map(JsonNode::asText)
        .toArray(String[]::new);
  }

  private static float[] floats(JsonNode values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return floats;
  }

  private static WireRequest asking(WireRequest request, String... outputs) {
    for (String output : outputs) {
      request.message.addOutputsBuilder().setName(output);
    }
    return request;
  }

  @Test
  void candidatesAndFeaturesAreThoseThatTrainingComputes() throws IOException {
    JsonNode golden = golden();
    List<String> features = List.of(strings(golden.get("features")));
    for (JsonNode row : golden.get("rows")) {
      WireAnswer answer =
          SERVED.infer(
              asking(
                  request(row),
                  "candidate_id",
                  "candidate_source",
                  "candidate_score",
                  "candidate_feature"));
      JsonNode candidates = row.get("candidates");
      assertThat(answer.shape("candidate_feature"))
          .containsExactly(1L, (long) candidates.size(), (long) features.size());
      for (int i = 0; i < candidates.size(); i++) {
        JsonNode candidate = candidates.get(i);
        assertThat(answer.strings("candidate_id").get(i)).isEqualTo(candidate.get("id").asText());
        assertThat(answer.strings("candidate_source").get(i))
            .isEqualTo(String.join(",", strings(candidate.get("sources"))));
        assertThat(answer.floats("candidate_score").get(i))
            .isCloseTo(candidate.get("score").floatValue(), within(1e-4f));
        for (int f = 0; f < features.size(); f++) {
          assertThat(answer.floats("candidate_feature").get(i * features.size() + f))
              .as("%s of %s", features.get(f), candidate.get("id"))
              .isCloseTo(candidate.get("values").get(f).floatValue(), within(1e-5f));
        }
      }
    }
  }

  @Test
  void listsAreInTheRankersOrderWithItsPredictions() throws IOException {
    for (JsonNode row : golden().get("rows")) {
      WireAnswer answer =
          SERVED.infer(
              asking(request(row), "item_id", "score", "source", "rung", "click", "rating"));
      List<JsonNode> best = new ArrayList<>();
      row.get("candidates").forEach(best::add);
      best.sort(Comparator.comparingDouble((JsonNode node) -> -node.get("score").doubleValue()));
      int listed = Math.min(K, best.size());
      assertThat(answer.shape("item_id")).containsExactly(1L, (long) listed);
      for (int place = 0; place < listed; place++) {
        JsonNode expected = best.get(place);
        assertThat(answer.strings("item_id").get(place)).isEqualTo(expected.get("id").asText());
        assertThat(answer.floats("score").get(place))
            .isCloseTo(expected.get("score").floatValue(), within(1e-4f));
        assertThat(answer.floats("click").get(place))
            .isCloseTo(expected.get("click").floatValue(), within(1e-4f));
        assertThat(answer.floats("rating").get(place))
            .isCloseTo(expected.get("rating").floatValue(), within(1e-4f));
        assertThat(strings(expected.get("sources"))).contains(answer.strings("source").get(place));
      }
      assertThat(answer.strings("rung")).containsExactly(best.isEmpty() ? "RETRIEVED" : "RANKED");
    }
  }

  @Test
  void rowsTogetherHaveTheListsThatTheyHaveAlone() {
    WireRequest together =
        new WireRequest("recommender")
            .strings(2, "item_id", "item-5", "item-9", "item-12", "")
            .ints(2, "event_type", 1, 2, 3, 0)
            .floats(2, "age_s", 60, 0, 0, 0)
            .strings(2, "exclude_id", "item-5", "", "item-12", "item-22");
    WireAnswer both = SERVED.infer(together);
    WireAnswer first =
        SERVED.infer(
            WireRequest.recommend(
                    new String[] {"item-5", "item-9"}, new int[] {1, 2}, new float[] {60, 0})
                .strings("exclude_id", "item-5"));
    WireAnswer second =
        SERVED.infer(
            WireRequest.recommend(new String[] {"item-12"}, new int[] {3}, new float[] {0})
                .strings("exclude_id", "item-12", "item-22"));
    assertThat(both.strings("item_id").subList(0, 10)).isEqualTo(first.strings("item_id"));
    assertThat(both.strings("item_id").subList(10, 20)).isEqualTo(second.strings("item_id"));
    assertThat(both.strings("source").subList(0, 10)).isEqualTo(first.strings("source"));
    assertThat(both.strings("rung")).containsExactly("RANKED", "RANKED");
  }

  @Test
  void whereEverythingIsExcludedTheListIsEmptyAndSaysWhy() {
    String[] all = IntStream.range(3, 23).mapToObj(i -> "item-" + i).toArray(String[]::new);
    WireAnswer answer = SERVED.infer(WireRequest.recommendFor("item-5").strings("exclude_id", all));
    assertThat(answer.strings("item_id")).isEmpty();
    assertThat(answer.strings("rung")).containsExactly("RETRIEVED");
    assertThat(answer.message().getParametersOrThrow("rung_reason").getStringParam())
        .isEqualTo("no_candidates");
  }

  @Test
  void predictionsAndCandidatesAreOnlyForWhoAsksByName() {
    WireAnswer answer = SERVED.infer(WireRequest.recommendFor("item-5"));
    assertThat(answer.message().getOutputsList())
        .extracting("name")
        .containsExactly("item_id", "score", "source", "rung", "matched_keyword");
    assertThat(answer.message().getParametersMap()).containsOnlyKeys("queue_us", "compute_us");
  }

  @Test
  void theModelSaysWhatItsRankerIsTold() throws IOException {
    assertThat(
            SERVED
                .client()
                .modelMetadata(ModelMetadataRequest.newBuilder().setName("recommender").build())
                .getPropertiesMap())
        .containsEntry("ranker_features", String.join(",", strings(golden().get("features"))))
        .containsEntry(
            "sources",
            "retriever,transitions,cooccurrence,text,multi_interest,popular,popular_now,rising,"
                + "continuation,fresh");
  }

  @Test
  void whatIsPopularNowIsNotIgnored() {
    WireAnswer answer =
        SERVED.infer(
            WireRequest.recommendFor("item-5")
                .strings("popular_id", "item-7", "nothing")
                .floats("popular_count", 50, 10));
    assertThat(answer.message().getParametersMap()).doesNotContainKey("ignored_inputs");
  }

  @Test
  void diverseListsHoldOtherItemsAndBeginWithTheBest() {
    WireAnswer plain = SERVED.infer(WireRequest.recommendFor("item-5").ints("k", 5));
    WireAnswer diverse =
        SERVED.infer(WireRequest.recommendFor("item-5").ints("k", 5).floats("diversity", 0.9f));
    assertThat(diverse.strings("item_id")).hasSize(5).doesNotHaveDuplicates();
    assertThat(diverse.strings("item_id").get(0)).isEqualTo(plain.strings("item_id").get(0));
    assertThat(diverse.strings("item_id")).isNotEqualTo(plain.strings("item_id"));
    assertThat(
            SERVED
                .infer(WireRequest.recommendFor("item-5").ints("k", 5).floats("diversity", 0))
                .strings("item_id"))
        .isEqualTo(plain.strings("item_id"));
  }
}
