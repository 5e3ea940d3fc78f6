package io.millrace.flink.inference;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.millrace.schemas.FeatureSchema;
import io.millrace.schemas.inference.InferParameter;
import io.millrace.schemas.inference.ModelInferRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Calls as messages of the protocol. Every input has a batch dimension of 1 and raw little-endian
 * content:
 *
 * <pre>
 * item_id    BYTES [1,n]    the user's items, oldest first
 * event_type INT32 [1,n]
 * age_s      FP32  [1,n]
 * exclude_id BYTES [1,m]
 * k          INT32 [1,1]
 * profile    FP32  [1,384]  only with a profile
 * </pre>
 */
final class RequestEncoder {
  private static final String INT32 = "INT32";
  private static final String FP32 = "FP32";
  private static final String BYTES = "BYTES";
  private static final int MAX_KEPT_K = 128;

  private final InputHeaders itemId = new InputHeaders("item_id", BYTES);
  private final InputHeaders eventType = new InputHeaders("event_type", INT32);
  private final InputHeaders age = new InputHeaders("age_s", FP32);
  private final InputHeaders excludeId = new InputHeaders("exclude_id", BYTES);
  private final InputHeaders k = new InputHeaders("k", INT32);
  private final InputHeaders profile = new InputHeaders("profile", FP32);
  private final ByteString[] rawK = new ByteString[MAX_KEPT_K];
  private final ModelInferRequest template;

  RequestEncoder(String model) {
    this.template =
        ModelInferRequest.newBuilder()
            .setModelName(model)
            .putParameters(
                "feature_schema",
                InferParameter.newBuilder().setStringParam(FeatureSchema.hash()).build())
            .build();
    for (int i = 0; i < MAX_KEPT_K; i++) {
      rawK[i] = int32(new int[] {i});
    }
  }

  /**
   * Encodes a call.
   *
   * @throws IllegalArgumentException if its parts differ in length
   */
  ModelInferRequest encode(RecommendCall call) {
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
    ModelInferRequest.Builder request =
        template.toBuilder()
            .setId(call.id())
            .addInputs(itemId.of(n))
            .addRawInputContents(BytesTensor.encode(call.itemIds()))
            .addInputs(eventType.of(n))
            .addRawInputContents(int32(call.eventTypes()))
            .addInputs(age.of(n))
            .addRawInputContents(fp32(call.ageSeconds()))
            .addInputs(excludeId.of(call.excludeIds().size()))
            .addRawInputContents(BytesTensor.encode(call.excludeIds()))
            .addInputs(k.of(1))
            .addRawInputContents(
                call.k() >= 0 && call.k() < MAX_KEPT_K
                    ? rawK[call.k()]
                    : int32(new int[] {call.k()}));
    float[] vector = call.profile();
    if (vector != null) {
      request.addInputs(profile.of(vector.length)).addRawInputContents(fp32(vector));
    }
    return request.build();
  }

  private static ByteString int32(int[] values) {
    byte[] bytes = new byte[values.length * Integer.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(values);
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  private static ByteString fp32(float[] values) {
    byte[] bytes = new byte[values.length * Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return UnsafeByteOperations.unsafeWrap(bytes);
  }
}
