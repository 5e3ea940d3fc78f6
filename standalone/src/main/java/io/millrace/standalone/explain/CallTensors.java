package io.millrace.standalone.explain;

import com.google.protobuf.ByteString;
import io.millrace.flink.features.HalfFloat;
import io.millrace.schemas.FeatureSchema;
import io.millrace.schemas.avro.ModelCall;
import io.millrace.schemas.inference.InferParameter;
import io.millrace.schemas.inference.InferTensorContents;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferRequest.InferInputTensor;
import io.millrace.schemas.inference.ModelInferRequest.InferRequestedOutputTensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A call that was kept, as a request of the Open Inference Protocol with one row. */
final class CallTensors {
  private final ModelInferRequest.Builder request = ModelInferRequest.newBuilder();

  private CallTensors() {}

  /**
   * The request.
   *
   * @param version of the model that must answer
   * @param outputs that are asked for
   */
  static ModelInferRequest encode(ModelCall call, String version, Collection<String> outputs) {
    CallTensors tensors = new CallTensors();
    tensors.add(call);
    tensors
        .request
        .setModelName(call.getModel())
        .setModelVersion(version)
        .putParameters(
            "feature_schema",
            InferParameter.newBuilder().setStringParam(FeatureSchema.hash()).build());
    for (String output : outputs) {
      tensors.request.addOutputs(InferRequestedOutputTensor.newBuilder().setName(output));
    }
    return tensors.request.build();
  }

  private void add(ModelCall call) {
    texts("item_id", call.getItemIds());
    ints("event_type", call.getEventTypes());
    floats("age_s", call.getAgeSeconds());
    texts("exclude_id", call.getExcludeIds());
    ints("k", List.of(call.getK()));
    ByteBuffer profile = call.getProfile();
    if (profile != null && profile.hasRemaining()) {
      floats("profile", decoded(profile));
    }
    if (!call.getKeywords().isEmpty()) {
      texts("keyword", call.getKeywords());
      floats("keyword_weight", call.getKeywordWeights());
    }
    if (!call.getPopularIds().isEmpty()) {
      texts("popular_id", call.getPopularIds());
      floats("popular_count", call.getPopularCounts());
    }
    if (call.getDiversity() > 0) {
      floats("diversity", List.of(call.getDiversity()));
    }
  }

  /** The vector of halves in little-endian order. */
  private static List<Float> decoded(ByteBuffer halves) {
    List<Float> floats = new ArrayList<>(halves.remaining() / 2);
    for (int i = halves.position(); i + 1 < halves.limit(); i += 2) {
      floats.add(HalfFloat.toFloat((halves.get(i) & 0xff) | halves.get(i + 1) << 8));
    }
    return floats;
  }

  private void texts(String name, List<String> values) {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    values.forEach(value -> contents.addBytesContents(ByteString.copyFromUtf8(value)));
    add(name, "BYTES", values.size(), contents);
  }

  private void ints(String name, List<Integer> values) {
    add(name, "INT32", values.size(), InferTensorContents.newBuilder().addAllIntContents(values));
  }

  private void floats(String name, List<Float> values) {
    add(name, "FP32", values.size(), InferTensorContents.newBuilder().addAllFp32Contents(values));
  }

  private void add(String name, String datatype, int length, InferTensorContents.Builder contents) {
    request.addInputs(
        InferInputTensor.newBuilder()
            .setName(name)
            .setDatatype(datatype)
            .addShape(1)
            .addShape(length)
            .setContents(contents));
  }
}
