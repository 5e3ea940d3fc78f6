package io.millrace.server.repository;

import io.millrace.schemas.inference.DataType;
import io.millrace.schemas.inference.ModelConfig;
import io.millrace.schemas.inference.ModelInput;
import io.millrace.schemas.inference.ModelOutput;
import io.millrace.schemas.inference.ModelVersionPolicy;
import io.millrace.server.inference.ModelDescription;
import io.millrace.server.inference.TensorSpec;
import java.util.List;

/** A configuration with everything that it left to the graph and the server. */
final class CompletedConfig {
  private CompletedConfig() {}

  /** Completes what a folder says with what was loaded from it. */
  static ModelConfig of(ModelConfig config, ModelDescription loaded) {
    ModelConfig.Builder completed = config.toBuilder().setName(loaded.name());
    if (!config.hasVersionPolicy()) {
      completed.setVersionPolicy(
          ModelVersionPolicy.newBuilder()
              .setLatest(ModelVersionPolicy.Latest.newBuilder().setNumVersions(1)));
    }
    int leading = config.getMaxBatchSize() > 0 ? 1 : 0;
    if (config.getInputCount() == 0) {
      for (TensorSpec spec : loaded.inputs()) {
        completed.addInput(
            ModelInput.newBuilder()
                .setName(spec.name())
                .setDataType(type(spec))
                .addAllDims(row(spec, leading))
                .setOptional(spec.optional()));
      }
    }
    if (config.getOutputCount() == 0) {
      for (TensorSpec spec : loaded.outputs()) {
        completed.addOutput(
            ModelOutput.newBuilder()
                .setName(spec.name())
                .setDataType(type(spec))
                .addAllDims(row(spec, leading)));
      }
    }
    return completed.build();
  }

  private static List<Long> row(TensorSpec spec, int leading) {
    return spec.shape().subList(leading, spec.shape().size());
  }

  private static DataType type(TensorSpec spec) {
    return spec.type() == io.millrace.server.inference.DataType.BYTES
        ? DataType.TYPE_STRING
        : DataType.valueOf("TYPE_" + spec.type().name());
  }
}
