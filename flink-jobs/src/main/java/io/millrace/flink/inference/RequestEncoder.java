package io.millrace.flink.inference;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.millrace.schemas.FeatureSchema;
import io.millrace.schemas.inference.InferParameter;
import io.millrace.schemas.inference.ModelInferRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Calls as messages of the protocol, one row for each call, raw little-endian content:
 *
 * <pre>
 * item_id         BYTES [rows,n]    the user's items, oldest first
 * event_type      INT32 [rows,n]
 * age_s           FP32  [rows,n]
 * exclude_id      BYTES [rows,m]
 * k               INT32 [rows,1]
 * profile         FP32  [rows,384]  only with a profile; zeros for a row without one
 * keyword         BYTES [rows,w]    only with keywords
 * keyword_weight  FP32  [rows,w]    only with keywords; negative for a dislike
 * popular_id      BYTES [rows,p]    only when something is known to be popular
 * popular_count   FP32  [rows,p]    only when something is known to be popular
 * diversity       FP32  [rows,1]    only when it is on
 * </pre>
 *
 * <p>Rows that are shorter than others end in zeros: empty ids, which the model takes for padding.
 */
final class RequestEncoder {
  private static final String INT32 = "INT32";
  private static final String FP32 = "FP32";
  private static final String BYTES = "BYTES";

  private final InputHeaders itemId = new InputHeaders("item_id", BYTES);
  private final InputHeaders eventType = new InputHeaders("event_type", INT32);
  private final InputHeaders age = new InputHeaders("age_s", FP32);
  private final InputHeaders excludeId = new InputHeaders("exclude_id", BYTES);
  private final InputHeaders k = new InputHeaders("k", INT32);
  private final InputHeaders profile = new InputHeaders("profile", FP32);
  private final InputHeaders keyword = new InputHeaders("keyword", BYTES);
  private final InputHeaders keywordWeight = new InputHeaders("keyword_weight", FP32);
  private final InputHeaders popularId = new InputHeaders("popular_id", BYTES);
  private final InputHeaders popularCount = new InputHeaders("popular_count", FP32);
  private final InputHeaders diversity = new InputHeaders("diversity", FP32);
  private final ModelInferRequest template;

  RequestEncoder(String model) {
    this.template =
        ModelInferRequest.newBuilder()
            .setModelName(model)
            .putParameters(
                "feature_schema",
                InferParameter.newBuilder().setStringParam(FeatureSchema.hash()).build())
            .build();
  }

  /**
   * Encodes calls as one request, under the first one's id.
   *
   * @param calls at least one
   * @throws IllegalArgumentException if the parts of one differ in length
   */
  ModelInferRequest encode(List<PendingCall> calls) {
    calls.forEach(pending -> check(pending.call()));
    int rows = calls.size();
    int n = longest(calls, call -> call.itemIds().size());
    int m = longest(calls, call -> call.excludeIds().size());
    ModelInferRequest.Builder request =
        template.toBuilder()
            .setId(calls.get(0).call().id())
            .addInputs(itemId.of(rows, n))
            .addRawInputContents(ids(calls, n, RecommendCall::itemIds))
            .addInputs(eventType.of(rows, n))
            .addRawInputContents(ints(calls, n, RecommendCall::eventTypes))
            .addInputs(age.of(rows, n))
            .addRawInputContents(floats(calls, n, RecommendCall::ageSeconds))
            .addInputs(excludeId.of(rows, m))
            .addRawInputContents(ids(calls, m, RecommendCall::excludeIds))
            .addInputs(k.of(rows, 1))
            .addRawInputContents(ints(calls, 1, call -> new int[] {call.k()}));
    int dims = longest(calls, call -> vector(call).length);
    if (dims > 0) {
      request
          .addInputs(profile.of(rows, dims))
          .addRawInputContents(floats(calls, dims, RequestEncoder::vector));
    }
    int keywords = longest(calls, call -> call.keywords().size());
    if (keywords > 0) {
      request
          .addInputs(keyword.of(rows, keywords))
          .addRawInputContents(ids(calls, keywords, call -> call.keywords().texts()))
          .addInputs(keywordWeight.of(rows, keywords))
          .addRawInputContents(floats(calls, keywords, call -> call.keywords().weights()));
    }
    addPopular(request, calls);
    if (calls.stream().anyMatch(pending -> pending.call().diversity() > 0)) {
      request
          .addInputs(diversity.of(rows, 1))
          .addRawInputContents(floats(calls, 1, call -> new float[] {call.diversity()}));
    }
    return request.build();
  }

  private void addPopular(ModelInferRequest.Builder request, List<PendingCall> calls) {
    int popular = longest(calls, call -> call.popular().size());
    if (popular > 0) {
      request
          .addInputs(popularId.of(calls.size(), popular))
          .addRawInputContents(ids(calls, popular, call -> call.popular().itemIds()))
          .addInputs(popularCount.of(calls.size(), popular))
          .addRawInputContents(floats(calls, popular, call -> call.popular().counts()));
    }
  }

  private static float[] vector(RecommendCall call) {
    float[] vector = call.profile();
    return vector == null ? new float[0] : vector;
  }

  private static void check(RecommendCall call) {
    int n = call.itemIds().size();
    if (call.eventTypes().length != n || call.ageSeconds().length != n) {
      throw new IllegalArgumentException(
          n
              + " items, "
              + call.eventTypes().length
              + " event types and "
              + call.ageSeconds().length
              + " ages: all three must be of one length");
    }
    if (call.keywords().weights().length != call.keywords().size()) {
      throw new IllegalArgumentException(
          call.keywords().size()
              + " keywords and "
              + call.keywords().weights().length
              + " weights: both must be of one length");
    }
  }

  private static int longest(List<PendingCall> calls, ToIntFunction<RecommendCall> length) {
    int longest = 0;
    for (PendingCall pending : calls) {
      longest = Math.max(longest, length.applyAsInt(pending.call()));
    }
    return longest;
  }

  private static ByteString ids(
      List<PendingCall> calls, int width, Function<RecommendCall, List<String>> ids) {
    if (calls.size() == 1) {
      return BytesTensor.encode(ids.apply(calls.get(0).call()));
    }
    ByteString[] rows = new ByteString[calls.size()];
    int bytes = 0;
    for (int row = 0; row < rows.length; row++) {
      List<String> texts = ids.apply(calls.get(row).call());
      rows[row] = BytesTensor.encode(texts);
      bytes += rows[row].size() + (width - texts.size()) * BytesTensor.LENGTH_BYTES;
    }
    byte[] all = new byte[bytes];
    int at = 0;
    for (int row = 0; row < rows.length; row++) {
      rows[row].copyTo(all, at);
      int padding = width - ids.apply(calls.get(row).call()).size();
      at += rows[row].size() + padding * BytesTensor.LENGTH_BYTES;
    }
    return UnsafeByteOperations.unsafeWrap(all);
  }

  private static ByteString ints(
      List<PendingCall> calls, int width, Function<RecommendCall, int[]> values) {
    byte[] bytes = new byte[calls.size() * width * Integer.BYTES];
    IntBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    for (int row = 0; row < calls.size(); row++) {
      all.position(row * width).put(values.apply(calls.get(row).call()));
    }
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  private static ByteString floats(
      List<PendingCall> calls, int width, Function<RecommendCall, float[]> values) {
    byte[] bytes = new byte[calls.size() * width * Float.BYTES];
    FloatBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    for (int row = 0; row < calls.size(); row++) {
      all.position(row * width).put(values.apply(calls.get(row).call()));
    }
    return UnsafeByteOperations.unsafeWrap(bytes);
  }
}
