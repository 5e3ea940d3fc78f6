package io.millrace.server.protocol;

import com.google.protobuf.ByteString;
import io.millrace.schemas.inference.InferParameter;
import io.millrace.schemas.inference.ModelInferResponse;
import io.millrace.schemas.inference.ModelInferResponse.InferOutputTensor;
import io.millrace.schemas.inference.ModelMetadataResponse;
import io.millrace.schemas.inference.ModelMetadataResponse.TensorMetadata;
import io.millrace.server.inference.InferenceResponse;
import io.millrace.server.inference.ModelDescription;
import io.millrace.server.inference.Tensor;
import io.millrace.server.inference.TensorSpec;

/** Writes answers in the protocol's messages. */
public final class ResponseWriter {
  private static final String QUEUE_MICROS = "queue_us";
  private static final String COMPUTE_MICROS = "compute_us";
  private static final String IGNORED_INPUTS = "ignored_inputs";

  private ResponseWriter() {}

  /** An answer with raw contents, which are copied: they lie in buffers that are used again. */
  public static ModelInferResponse inference(String model, String id, InferenceResponse response) {
    ModelInferResponse.Builder message =
        ModelInferResponse.newBuilder()
            .setModelName(model)
            .setModelVersion(response.modelVersion())
            .setId(id)
            .putParameters(QUEUE_MICROS, int64(response.queueMicros()))
            .putParameters(COMPUTE_MICROS, int64(response.computeMicros()));
    if (!response.ignoredInputs().isEmpty()) {
      message.putParameters(IGNORED_INPUTS, text(String.join(",", response.ignoredInputs())));
    }
    response.notes().forEach((name, note) -> message.putParameters(name, text(note)));
    for (Tensor tensor : response.outputs()) {
      InferOutputTensor.Builder output =
          InferOutputTensor.newBuilder().setName(tensor.name()).setDatatype(tensor.type().name());
      for (int i = 0; i < tensor.rank(); i++) {
        output.addShape(tensor.dim(i));
      }
      message.addOutputs(output).addRawOutputContents(ByteString.copyFrom(tensor.data()));
    }
    return message.build();
  }

  private static InferParameter text(String value) {
    return InferParameter.newBuilder().setStringParam(value).build();
  }

  private static InferParameter int64(long value) {
    return InferParameter.newBuilder().setInt64Param(value).build();
  }

  /** What a model says about itself. */
  static ModelMetadataResponse metadata(ModelDescription description) {
    ModelMetadataResponse.Builder message =
        ModelMetadataResponse.newBuilder()
            .setName(description.name())
            .addVersions(description.version())
            .setPlatform(description.platform())
            .putAllProperties(description.properties());
    description.inputs().forEach(spec -> message.addInputs(tensor(spec)));
    description.outputs().forEach(spec -> message.addOutputs(tensor(spec)));
    return message.build();
  }

  private static TensorMetadata tensor(TensorSpec spec) {
    return TensorMetadata.newBuilder()
        .setName(spec.name())
        .setDatatype(spec.type().name())
        .addAllShape(spec.shape())
        .build();
  }
}
