package io.millrace.flink.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.millrace.flink.features.PackedIds;
import io.millrace.schemas.FeatureSchema;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferRequest.InferInputTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestEncoderTest {
  private final RequestEncoder encoder = new RequestEncoder("recommender");

  private ModelInferRequest encode(RecommendCall... calls) {
    return encoder.encode(Answers.pending(calls));
  }

  private static int index(ModelInferRequest request, String name) {
    List<String> names = new ArrayList<>();
    request.getInputsList().forEach(input -> names.add(input.getName()));
    return names.indexOf(name);
  }

  private static InferInputTensor input(ModelInferRequest request, String name) {
    return request.getInputs(index(request, name));
  }

  private static ByteString raw(ModelInferRequest request, String name) {
    return request.getRawInputContents(index(request, name));
  }

  @Test
  void everyInputHasABatchDimensionAndRawContent() {
    ModelInferRequest request = encode(Answers.call(10));

    assertThat(request.getModelName()).isEqualTo("recommender");
    assertThat(request.getId()).isEqualTo("id-1");
    assertThat(request.getParametersOrThrow("feature_schema").getStringParam())
        .isEqualTo(FeatureSchema.hash());
    assertThat(request.getRawInputContentsCount()).isEqualTo(request.getInputsCount()).isEqualTo(5);
    assertThat(input(request, "item_id").getShapeList()).containsExactly(1L, 2L);
    assertThat(input(request, "item_id").getDatatype()).isEqualTo("BYTES");
    assertThat(raw(request, "item_id")).isEqualTo(BytesTensor.encode(List.of("a", "b")));
    assertThat(input(request, "event_type").getDatatype()).isEqualTo("INT32");
    assertThat(raw(request, "event_type").toByteArray()).containsExactly(1, 0, 0, 0, 2, 0, 0, 0);
    assertThat(input(request, "age_s").getDatatype()).isEqualTo("FP32");
    assertThat(raw(request, "age_s")).isEqualTo(Answers.fp32(5, 0));
    assertThat(input(request, "exclude_id").getShapeList()).containsExactly(1L, 1L);
    assertThat(input(request, "k").getShapeList()).containsExactly(1L, 1L);
    assertThat(raw(request, "k").toByteArray()).containsExactly(10, 0, 0, 0);
  }

  @Test
  void aProfileIsSentOnlyWhenThereIsOne() {
    float[] vector = new float[FeatureSchema.VECTOR_DIMS];
    vector[1] = 0.5f;
    RecommendCall with =
        new RecommendCall("i", List.of(), new int[0], new float[0], List.of(), vector, 10);

    ModelInferRequest request = encode(with);

    assertThat(input(request, "profile").getShapeList()).containsExactly(1L, 384L);
    assertThat(raw(request, "profile")).isEqualTo(Answers.fp32(vector));
    assertThat(index(encode(Answers.call(1)), "profile")).isEqualTo(-1);
  }

  @Test
  void keywordsAreSentOnlyWhenThereAreAny() {
    ModelInferRequest request =
        encode(
            Answers.call(1),
            keyworded(new Keywords(List.of("Drama", "é"), new float[] {0.5f, -1})));

    assertThat(input(request, "keyword").getShapeList()).containsExactly(2L, 2L);
    assertThat(raw(request, "keyword"))
        .isEqualTo(BytesTensor.encode(List.of("", "", "Drama", "é")));
    assertThat(input(request, "keyword_weight").getShapeList()).containsExactly(2L, 2L);
    assertThat(raw(request, "keyword_weight")).isEqualTo(Answers.fp32(0, 0, 0.5f, -1));
    assertThat(index(encode(Answers.call(1)), "keyword")).isEqualTo(-1);
    assertThat(index(encode(Answers.call(1)), "keyword_weight")).isEqualTo(-1);
    assertThatThrownBy(() -> encode(keyworded(new Keywords(List.of("a"), new float[2]))))
        .hasMessageContaining("1 keywords and 2 weights");
  }

  private static RecommendCall keyworded(Keywords keywords) {
    return new RecommendCall(
        "i", List.of(), new int[0], new float[0], List.of(), null, 10, keywords);
  }

  private static RecommendCall popular(String id, PopularSent popular, float diversity) {
    return new RecommendCall(
        id,
        List.of(),
        new int[0],
        new float[0],
        List.of(),
        null,
        10,
        Keywords.NONE,
        popular,
        diversity);
  }

  @Test
  void whatIsPopularAndDiversityAreSentWhereThereAreAny() {
    PopularSent two = new PopularSent(PackedIds.of(List.of("a", "bc")), new float[] {2, 1});
    RecommendCall with = popular("1", two, 0.5f);
    RecommendCall without = popular("2", PopularSent.NONE, 0);

    ModelInferRequest request =
        new RequestEncoder("recommender").encode(Answers.pending(without, with));

    assertThat(input(request, "popular_id").getShapeList()).containsExactly(2L, 2L);
    assertThat(raw(request, "popular_id").size()).isEqualTo(8 + 5 + 6);
    assertThat(raw(request, "popular_count")).isEqualTo(Answers.fp32(0, 0, 2, 1));
    assertThat(raw(request, "diversity")).isEqualTo(Answers.fp32(0, 0.5f));
    assertThat(index(encode(without), "popular_id")).isEqualTo(-1);
    assertThat(index(encode(without), "diversity")).isEqualTo(-1);
  }

  @Test
  void anEmptyHistoryHasEmptyInputs() {
    RecommendCall empty =
        new RecommendCall("i", List.of(), new int[0], new float[0], List.of(), null, 300);

    ModelInferRequest request = encode(empty);

    assertThat(input(request, "item_id").getShapeList()).containsExactly(1L, 0L);
    assertThat(raw(request, "item_id")).isEmpty();
    assertThat(raw(request, "k").toByteArray()).containsExactly(44, 1, 0, 0);
  }

  @Test
  void longInputsKeepTheirLength() {
    int n = 2_000;
    RecommendCall many =
        new RecommendCall(
            "i",
            Collections.nCopies(n, "item"),
            new int[n],
            new float[n],
            Collections.nCopies(5_000, "seen"),
            null,
            10);

    ModelInferRequest request = encode(many);

    assertThat(input(request, "item_id").getShapeList()).containsExactly(1L, 2_000L);
    assertThat(input(request, "exclude_id").getShapeList()).containsExactly(1L, 5_000L);
    assertThat(raw(request, "exclude_id").size()).isEqualTo(5_000 * 8);
  }

  @Test
  void callsDoNotMixWhenTheyShareHeaders() {
    ModelInferRequest first = encode(Answers.call(1));
    ModelInferRequest second = encode(Answers.call(2));

    assertThat(first.getInputsList()).isEqualTo(second.getInputsList());
    assertThat(raw(first, "k")).isNotEqualTo(raw(second, "k"));
  }

  @Test
  void partsOfDifferentLengthsAreRefused() {
    RecommendCall uneven =
        new RecommendCall("i", List.of("a"), new int[2], new float[1], List.of(), null, 10);

    assertThatThrownBy(() -> encode(uneven))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 items, 2 event types and 1 ages");
  }

  @Test
  void severalCallsArePaddedToTheLongest() {
    float[] vector = new float[FeatureSchema.VECTOR_DIMS];
    vector[2] = 1;
    RecommendCall longer =
        new RecommendCall(
            "other",
            PackedIds.of(List.of("c", "dd", "e")),
            new int[] {4, 5, 6},
            new float[] {3, 2, 1},
            List.of("y", "x"),
            vector,
            7);

    ModelInferRequest request = encode(Answers.call(10), longer);

    assertThat(request.getId()).isEqualTo("id-1");
    assertThat(input(request, "item_id").getShapeList()).containsExactly(2L, 3L);
    assertThat(raw(request, "item_id"))
        .isEqualTo(BytesTensor.encode(List.of("a", "b", "", "c", "dd", "e")));
    assertThat(raw(request, "age_s")).isEqualTo(Answers.fp32(5, 0, 0, 3, 2, 1));
    assertThat(raw(request, "event_type").asReadOnlyByteBuffer().get(8)).isZero();
    assertThat(raw(request, "event_type").asReadOnlyByteBuffer().get(12)).isEqualTo((byte) 4);
    assertThat(raw(request, "exclude_id"))
        .isEqualTo(BytesTensor.encode(List.of("z", "", "y", "x")));
    assertThat(raw(request, "k").toByteArray()).containsExactly(10, 0, 0, 0, 7, 0, 0, 0);
    assertThat(input(request, "profile").getShapeList()).containsExactly(2L, 384L);
    assertThat(raw(request, "profile").substring(0, 384 * 4))
        .isEqualTo(Answers.fp32(new float[384]));
    assertThat(raw(request, "profile").substring(384 * 4)).isEqualTo(Answers.fp32(vector));
  }
}
