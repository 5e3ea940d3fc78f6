package io.millrace.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.millrace.schemas.FeatureSchema;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferResponse;
import io.millrace.server.TinyRetriever;
import io.millrace.server.TinyRetriever.Scored;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Lists from string ids to string ids, compared with a naive computation. */
class RecommenderTest {
  private static final float[] NONE = new float[0];

  @RegisterExtension static final ServedTinyModels SERVED = new ServedTinyModels();

  private static void assertList(WireAnswer answer, List<Scored> expected) {
    assertThat(answer.strings("item_id"))
        .containsExactlyElementsOf(
            expected.stream().map(scored -> "item-" + scored.index()).toList());
    assertThat(answer.floats("score"))
        .containsExactlyElementsOf(expected.stream().map(Scored::score).toList());
    assertThat(answer.strings("source")).hasSize(expected.size()).allMatch("retriever"::equals);
    assertThat(answer.strings("rung")).containsExactly("RETRIEVED");
    assertThat(answer.ints("matched_keyword")).hasSize(expected.size()).allMatch(i -> i == -1);
    assertThat(answer.shape("item_id")).containsExactly(1L, (long) expected.size());
  }

  @Test
  void aListIsExactOverTheWholeCatalogue() {
    int[] types = {3, 1, 6};
    float[] ages = {64, 8, 0};
    WireAnswer answer =
        SERVED.infer(
            WireRequest.recommend(new String[] {"item-5", "item-9", "item-17"}, types, ages)
                .ints("k", 12));
    assertList(answer, TinyRetriever.list(new int[] {5, 9, 17}, types, ages, Set.of(), NONE, NONE));
    assertThat(answer.message().getModelVersion()).isEqualTo("1");
    assertThat(answer.message().getId()).isEqualTo("r1");
    assertThat(answer.message().getParametersMap()).containsOnlyKeys("queue_us", "compute_us");
  }

  @Test
  void excludedItemsMakeRoomForTheNextBest() {
    String[] excluded = IntStream.range(3, 16).mapToObj(i -> "item-" + i).toArray(String[]::new);
    WireAnswer answer =
        SERVED.infer(
            WireRequest.recommendFor("item-5").strings("exclude_id", excluded).ints("k", 12));
    Set<Integer> indices = new HashSet<>(IntStream.range(3, 16).boxed().toList());
    List<Scored> expected =
        TinyRetriever.list(new int[] {5}, new int[1], new float[1], indices, NONE, NONE);
    assertThat(expected).hasSize(7);
    assertList(answer, expected);
  }

  @Test
  void excludingEverythingGivesAnEmptyList() {
    String[] all = IntStream.range(3, 23).mapToObj(i -> "item-" + i).toArray(String[]::new);
    WireAnswer answer = SERVED.infer(WireRequest.recommendFor("item-5").strings("exclude_id", all));
    assertThat(answer.strings("item_id")).isEmpty();
    assertThat(answer.shape("score")).containsExactly(1L, 0L);
    assertThat(answer.strings("rung")).containsExactly("RETRIEVED");
  }

  @Test
  void anEmptyHistoryHasAListOfTenByDefault() {
    WireAnswer answer = SERVED.infer(WireRequest.recommendFor());
    List<Scored> expected =
        TinyRetriever.list(new int[0], new int[0], new float[0], Set.of(), NONE, NONE);
    assertList(answer, expected.subList(0, 10));
  }

  @Test
  void unknownItemsCountAsUnknownAndUnknownExclusionsAreIgnored() {
    WireAnswer answer =
        SERVED.infer(
            WireRequest.recommendFor("nobody's", "item-4")
                .strings("exclude_id", "ghost", "item-7")
                .ints("k", 12));
    assertList(
        answer,
        TinyRetriever.list(new int[] {2, 4}, new int[2], new float[2], Set.of(7), NONE, NONE));
  }

  @Test
  void onlyTheNewestItemsOfALongHistoryCount() {
    String[] ids = IntStream.range(3, 20).mapToObj(i -> "item-" + i).toArray(String[]::new);
    int[] types = IntStream.range(0, ids.length).map(i -> i % 8).toArray();
    float[] ages = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      ages[i] = ids.length - i;
    }
    WireAnswer answer = SERVED.infer(WireRequest.recommend(ids, types, ages).ints("k", 12));
    assertList(
        answer,
        TinyRetriever.list(IntStream.range(3, 20).toArray(), types, ages, Set.of(), NONE, NONE));
  }

  @Test
  void profileAndQueryMoveTheList() {
    float[] profile = new float[FeatureSchema.VECTOR_DIMS];
    float[] query = new float[FeatureSchema.VECTOR_DIMS];
    for (int i = 0; i < profile.length; i++) {
      profile[i] = (i % 5 - 2) / 4f;
      query[i] = (i % 3 - 1) / 2f;
    }
    WireAnswer answer =
        SERVED.infer(
            WireRequest.recommendFor("item-8")
                .floats("profile", profile)
                .floats("query", query)
                .ints("k", 12));
    assertList(
        answer,
        TinyRetriever.list(new int[] {8}, new int[1], new float[1], Set.of(), profile, query));
    WireAnswer without = SERVED.infer(WireRequest.recommendFor("item-8").ints("k", 12));
    assertThat(without.floats("score")).isNotEqualTo(answer.floats("score"));
  }

  @Test
  void manyCallersAtOnceEachGetTheirOwnList() throws Exception {
    Random random = new Random(7);
    List<Future<ModelInferResponse>> answers = new ArrayList<>();
    List<List<Scored>> expected = new ArrayList<>();
    for (int call = 0; call < 300; call++) {
      int n = random.nextInt(9);
      int[] items = random.ints(n, 3, 23).toArray();
      int[] types = random.ints(n, 0, 8).toArray();
      float[] ages = new float[n];
      for (int i = 0; i < n; i++) {
        ages[i] = random.nextInt(512);
      }
      int[] out = random.ints(random.nextInt(6), 3, 23).toArray();
      ModelInferRequest request =
          WireRequest.recommend(ids(items), types, ages)
              .strings("exclude_id", ids(out))
              .ints("k", 12)
              .build();
      answers.add(GRPCInferenceServiceGrpc.newFutureStub(SERVED.channel()).modelInfer(request));
      Set<Integer> excluded = new HashSet<>(Arrays.stream(out).boxed().toList());
      expected.add(TinyRetriever.list(items, types, ages, excluded, NONE, NONE));
    }
    for (int call = 0; call < answers.size(); call++) {
      assertList(new WireAnswer(answers.get(call).get()), expected.get(call));
    }
  }

  private static String[] ids(int[] items) {
    return Arrays.stream(items).mapToObj(i -> "item-" + i).toArray(String[]::new);
  }

  @Test
  void onlyRequestedOutputsAreSent() {
    WireRequest request = WireRequest.recommendFor("item-5");
    request.message.addOutputsBuilder().setName("item_id");
    assertThat(SERVED.infer(request).message().getOutputsList())
        .extracting("name")
        .containsExactly("item_id");
  }

  @Test
  void keywordsWithoutItemTextsAreReportedAsIgnored() {
    WireRequest request =
        WireRequest.recommendFor("item-5").strings("keyword", "drama").floats("keyword_weight", 1);
    WireAnswer answer = SERVED.infer(request);
    assertThat(answer.strings("item_id"))
        .isEqualTo(SERVED.infer(WireRequest.recommendFor("item-5")).strings("item_id"));
    assertThat(answer.message().getParametersOrThrow("ignored_inputs").getStringParam())
        .isEqualTo("keyword,keyword_weight");
  }

  @Test
  void whatIsPopularAndDiversityAreReportedAsIgnoredWithoutUseForThem() {
    WireRequest request =
        WireRequest.recommendFor("item-5")
            .strings("popular_id", "item-7", "nothing", "")
            .floats("popular_count", 3, 2, Float.NaN)
            .floats("diversity", 0.5f);
    WireAnswer answer = SERVED.infer(request);
    assertThat(answer.strings("item_id"))
        .isEqualTo(SERVED.infer(WireRequest.recommendFor("item-5")).strings("item_id"));
    assertThat(answer.message().getParametersOrThrow("ignored_inputs").getStringParam())
        .isEqualTo("popular_id,popular_count,diversity");
  }

  @Test
  void whatIsPopularMustBeIdsWithCounts() {
    WireRequest request = WireRequest.recommendFor("item-5");
    assertInvalid(
        WireRequest.recommendFor("item-5").strings("popular_id", "item-7"),
        "'popular_id' is given without 'popular_count'");
    assertInvalid(
        WireRequest.recommendFor("item-5").floats("popular_count", 1),
        "'popular_count' is given without 'popular_id'");
    assertInvalid(
        request.strings("popular_id", "item-7").floats("popular_count", 1, 2),
        "'popular_count' has shape [1, 2], 'popular_id' has [1, 1]");
    assertInvalid(popular(-1, "item-7"), "'popular_count' element 0 is -1.0; it is a count");
    assertInvalid(popular(Float.NaN, "item-7"), "'popular_count' element 0 is NaN");
    assertInvalid(popular(1e30f, "nothing"), "'popular_count' element 0 is 1.0E30");
    assertInvalid(popular(1, "", "item-7"), "'popular_id' has an id at place 1 of row 0");
    String[] many = IntStream.range(0, 257).mapToObj(i -> "item-" + i).toArray(String[]::new);
    assertInvalid(popular(1, many), "'popular_id' has 257 items a row; 256 are the most");
    assertInvalid(
        WireRequest.recommendFor("item-5")
            .strings(2, "popular_id", "item-7", "item-8")
            .floats(2, "popular_count", 1, 1),
        "'popular_id' has 2 rows, 'item_id' has 1");
  }

  private static WireRequest popular(float count, String... ids) {
    float[] counts = new float[ids.length];
    Arrays.fill(counts, count);
    return WireRequest.recommendFor("item-5")
        .strings("popular_id", ids)
        .floats("popular_count", counts);
  }

  @Test
  void diversityGoesFromZeroToOne() {
    for (float wrong : new float[] {-0.1f, 1.1f, Float.NaN}) {
      assertInvalid(
          WireRequest.recommendFor("item-5").floats("diversity", wrong),
          "'diversity' element 0 is " + wrong + "; it goes from 0 to 1");
    }
  }

  @Test
  void theOwnFeatureSchemaIsAccepted() {
    SERVED.infer(
        WireRequest.recommendFor("item-5").parameter("feature_schema", FeatureSchema.hash()));
  }

  @Test
  void anotherFeatureSchemaIsRefusedNamingBoth() {
    StatusRuntimeException refusal =
        SERVED.refusal(
            WireRequest.recommendFor("item-5").parameter("feature_schema", "0000000000000000"));
    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(refusal).hasMessageContaining("0000000000000000");
    assertThat(refusal).hasMessageContaining(FeatureSchema.hash());
  }

  @Test
  void requestsThatAreNoRowAreRefused() {
    assertInvalid(
        WireRequest.recommendFor("item-5").ints("k", 13), "'k' is 13; it goes from 1 to 12");
    assertInvalid(WireRequest.recommendFor("item-5").ints("k", 0), "'k' is 0");
    assertInvalid(
        WireRequest.recommend(new String[] {"item-5"}, new int[] {8}, new float[1]),
        "'event_type' element 0 is 8; codes go from 0 to 7");
    assertInvalid(
        WireRequest.recommend(new String[] {"item-5"}, new int[] {-1}, new float[1]),
        "'event_type' element 0 is -1");
    assertInvalid(
        WireRequest.recommend(new String[] {"item-5"}, new int[1], new float[] {Float.NaN}),
        "'age_s' element 0 is NaN");
    assertInvalid(
        WireRequest.recommend(new String[] {"item-5"}, new int[1], new float[] {-1}),
        "'age_s' element 0 is -1.0");
    assertInvalid(
        WireRequest.recommend(new String[] {"item-5"}, new int[2], new float[1]),
        "'event_type' has shape [1, 2], 'item_id' has [1, 1]");
    float[] infinite = new float[FeatureSchema.VECTOR_DIMS];
    infinite[3] = Float.POSITIVE_INFINITY;
    assertInvalid(
        WireRequest.recommendFor("item-5").floats("profile", infinite),
        "'profile' element 3 is Infinity");
    assertInvalid(
        WireRequest.recommendFor("item-5").floats("query", 1f, 2f),
        "'query' expects shape [-1, 384], given [1, 2]");
    infinite[3] = 1e30f;
    assertInvalid(
        WireRequest.recommendFor("item-5").floats("profile", infinite),
        "input 'profile' element 3 is 1.0E30; it must be finite, at most 1000000.0 in size");
    assertInvalid(
        WireRequest.recommend(new String[] {"item-5"}, new int[1], new float[] {1e30f}),
        "input 'age_s' element 0 is 1.0E30; it is seconds, from 0 to 1.0E12");
  }

  @Test
  void severalRowsInOneRequestHaveTheListsThatTheyHaveAlone() {
    float[] vectors = new float[3 * FeatureSchema.VECTOR_DIMS];
    vectors[FeatureSchema.VECTOR_DIMS + 1] = 0.5f;
    float[] second =
        Arrays.copyOfRange(vectors, FeatureSchema.VECTOR_DIMS, 2 * FeatureSchema.VECTOR_DIMS);
    String[] everything = IntStream.range(3, 23).mapToObj(i -> "item-" + i).toArray(String[]::new);
    String[] excluded = Arrays.copyOf(everything, 3 * everything.length);
    Arrays.fill(excluded, everything.length, excluded.length, "");
    excluded[everything.length] = "item-7";
    WireRequest request =
        new WireRequest("recommender")
            .strings(3, "item_id", "item-5", "", "", "item-4", "item-9", "", "", "", "")
            .ints(3, "event_type", 1, 0, 0, 3, 6, 77, 0, 0, 0)
            .floats(3, "age_s", 8, 0, 0, 64, 0, Float.NaN, 0, 0, 0)
            .strings(3, "exclude_id", excluded)
            .floats(3, "profile", vectors)
            .ints(3, "k", 12, 12, 4);
    WireAnswer answer = SERVED.infer(request);

    List<Scored> one =
        TinyRetriever.list(
            new int[] {4, 9}, new int[] {3, 6}, new float[] {64, 0}, Set.of(7), second, NONE);
    List<Scored> two =
        TinyRetriever.list(new int[0], new int[0], new float[0], Set.of(), NONE, NONE);
    assertThat(answer.shape("item_id")).containsExactly(3L, 12L);
    assertThat(answer.shape("rung")).containsExactly(3L, 1L);
    assertThat(answer.strings("item_id").subList(0, 12)).containsOnly("");
    assertThat(answer.strings("item_id").subList(12, 24))
        .containsExactlyElementsOf(one.stream().map(item -> "item-" + item.index()).toList());
    assertThat(answer.floats("score").subList(12, 24))
        .containsExactlyElementsOf(one.stream().map(Scored::score).toList());
    assertThat(answer.strings("item_id").subList(24, 28))
        .containsExactlyElementsOf(
            two.stream().limit(4).map(item -> "item-" + item.index()).toList());
    assertThat(answer.strings("item_id").subList(28, 36)).containsOnly("");
    assertThat(answer.strings("source").subList(20, 36))
        .containsExactlyElementsOf(
            IntStream.range(20, 36).mapToObj(i -> i < 28 ? "retriever" : "").toList());
    assertThat(answer.floats("score").subList(28, 36)).containsOnly(0f);
  }

  @Test
  void rowsThatDoNotAgreeAreRefused() {
    assertInvalid(
        new WireRequest("recommender")
            .strings(2, "item_id", "item-4", "item-5")
            .ints(1, "event_type", 0, 0)
            .floats(2, "age_s", 0, 0),
        "'event_type' has shape [1, 2], 'item_id' has [2, 1]");
    assertInvalid(
        new WireRequest("recommender")
            .strings(2, "item_id", "item-4", "item-5")
            .ints(2, "event_type", 0, 0)
            .floats(2, "age_s", 0, 0)
            .ints(1, "k", 3),
        "'k' has 1 rows, 'item_id' has 2");
    assertInvalid(
        new WireRequest("recommender")
            .strings(1, "item_id", "item-4", "", "item-5")
            .ints(1, "event_type", 0, 0, 0)
            .floats(1, "age_s", 0, 0, 0),
        "'item_id' has an id at place 2 of row 0 and none before it");
    String[] tooMany = new String[65];
    Arrays.fill(tooMany, "item-4");
    assertInvalid(
        new WireRequest("recommender").strings(65, "item_id", tooMany),
        "'item_id' has 65 rows; a request has 1 to ");
  }

  @Test
  void idsThatAreNotUtf8AreRefused() {
    byte[] broken = {'i', (byte) 0xc3, (byte) 0x28};
    WireRequest request =
        new WireRequest("recommender")
            .raw("item_id", "BYTES", WireRequest.element(broken), 1, 1)
            .ints("event_type", 0)
            .floats("age_s", 0);
    assertInvalid(request, "'item_id' element 0 is not UTF-8");
  }

  private static void assertInvalid(WireRequest request, String message) {
    StatusRuntimeException refusal = SERVED.refusal(request);
    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refusal).hasMessageContaining("model 'recommender'").hasMessageContaining(message);
  }
}
