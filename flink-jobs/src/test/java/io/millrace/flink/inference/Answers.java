package io.millrace.flink.inference;

import com.google.protobuf.ByteString;
import io.millrace.schemas.inference.InferParameter;
import io.millrace.schemas.inference.ModelInferResponse;
import io.millrace.schemas.inference.ModelInferResponse.InferOutputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Answers of a model server, good and bad, for tests. */
final class Answers {
  static final String VERSION = "3";

  private Answers() {}

  static ModelInferResponse.Builder good(List<String> ids, float... scores) {
    return header()
        .addOutputs(output("item_id", "BYTES", 1, ids.size()))
        .addRawOutputContents(BytesTensor.encode(ids))
        .addOutputs(output("score", "FP32", 1, scores.length))
        .addRawOutputContents(fp32(scores))
        .addOutputs(output("source", "BYTES", 1, ids.size()))
        .addRawOutputContents(BytesTensor.encode(ids.stream().map(id -> "retriever").toList()))
        .addOutputs(output("rung", "BYTES", 1, 1))
        .addRawOutputContents(BytesTensor.encode(List.of("RETRIEVED")));
  }

  static ModelInferResponse.Builder header() {
    return ModelInferResponse.newBuilder()
        .setModelName("recommender")
        .setModelVersion(VERSION)
        .putParameters("queue_us", InferParameter.newBuilder().setInt64Param(11).build())
        .putParameters("compute_us", InferParameter.newBuilder().setInt64Param(22).build());
  }

  static InferOutputTensor.Builder output(String name, String datatype, long... shape) {
    InferOutputTensor.Builder output =
        InferOutputTensor.newBuilder().setName(name).setDatatype(datatype);
    for (long dim : shape) {
      output.addShape(dim);
    }
    return output;
  }

  static ByteString fp32(float... values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return ByteString.copyFrom(buffer.flip());
  }

  /** Calls as one request carries them. */
  static List<PendingCall> pending(RecommendCall... calls) {
    return Arrays.stream(calls).map(call -> new PendingCall(call, Long.MAX_VALUE)).toList();
  }

  static RecommendCall call(int k) {
    return new RecommendCall(
        "id-1", List.of("a", "b"), new int[] {1, 2}, new float[] {5, 0}, List.of("z"), null, k);
  }
}
