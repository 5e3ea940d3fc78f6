package io.millrace.server.repository;

import static io.millrace.server.repository.ModelConfigFile.require;

import io.millrace.schemas.inference.ModelConfig;
import io.millrace.schemas.inference.ModelInput;
import io.millrace.schemas.inference.ModelOutput;
import io.millrace.server.inference.TensorSpec;
import io.millrace.server.recommender.RecommenderSignature;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checks that a recommender's configuration says what the backend does. */
final class RecommenderConfig {
  private static final long ANY = -1;

  private RecommenderConfig() {}

  /**
   * Refuses tensors that the recommender does not have, and settings without a meaning there.
   *
   * @throws io.millrace.server.inference.ModelLoadException naming the file, the field and the fix
   */
  static void check(Path file, ModelConfig config) {
    require(
        config.getMaxBatchSize() >= 1,
        file,
        "max_batch_size",
        config.getMaxBatchSize(),
        "must be at least 1 for the recommender");
    require(
        config.getBatchInputCount() == 0,
        file,
        "batch_input",
        config.getBatchInputCount() + " entries",
        "have no meaning for the recommender; remove them");
    require(
        config.getDefaultModelFilename().isEmpty(),
        file,
        "default_model_filename",
        config.getDefaultModelFilename(),
        "has no meaning for the recommender; remove it");
    require(
        !config.containsParameters(SignatureBuilder.GROUPS),
        file,
        "parameters",
        SignatureBuilder.GROUPS,
        "has no meaning for the recommender, which always does; remove it");
    for (ModelInput input : config.getInputList()) {
      require(
          !input.getAllowRaggedBatch(),
          file,
          "input '" + input.getName() + "' allow_ragged_batch",
          true,
          "has no meaning for the recommender; remove it");
      require(
          !input.hasReshape(),
          file,
          "input '" + input.getName() + "' reshape",
          input.getReshape().getShapeList(),
          "has no meaning for the recommender; remove it");
      requireOne(
          file,
          "input",
          RecommenderSignature.INPUTS,
          input.getName(),
          input.getDataType(),
          input.getDimsList());
      require(
          !input.getOptional() || isOptional(input.getName()),
          file,
          "input '" + input.getName() + "' optional",
          true,
          "is wrong: the recommender needs it; remove it");
    }
    for (ModelOutput output : config.getOutputList()) {
      requireOne(
          file,
          "output",
          RecommenderSignature.OUTPUTS,
          output.getName(),
          output.getDataType(),
          output.getDimsList());
    }
  }

  private static boolean isOptional(String input) {
    return RecommenderSignature.INPUTS.stream()
        .anyMatch(spec -> spec.name().equals(input) && spec.optional());
  }

  private static void requireOne(
      Path file,
      String kind,
      List<TensorSpec> specs,
      String name,
      io.millrace.schemas.inference.DataType type,
      List<Long> dims) {
    String field = kind + " '" + name + "'";
    List<Long> shape = new ArrayList<>(List.of(ANY));
    shape.addAll(dims);
    TensorSpec given = new TensorSpec(name, TensorTypes.of(file, field, type), shape, false);
    require(
        specs.stream()
            .anyMatch(
                spec ->
                    spec.name().equals(name)
                        && spec.type() == given.type()
                        && spec.shape().equals(given.shape())),
        file,
        field,
        given.type() + " " + given.shape(),
        "is not the recommender's; it has " + specs);
  }
}
