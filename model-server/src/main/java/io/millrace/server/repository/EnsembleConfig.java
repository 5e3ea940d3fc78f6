package io.millrace.server.repository;

import static io.millrace.server.repository.ModelConfigFile.require;

import io.millrace.schemas.inference.ModelConfig;
import io.millrace.schemas.inference.ModelEnsembling.Step;
import io.millrace.schemas.inference.ModelInput;
import io.millrace.server.ensemble.EnsembleModel;
import java.nio.file.Path;

/** Checks what an ensemble's configuration says, without looking at its models. */
final class EnsembleConfig {
  private static final String NO_MEANING = "has no meaning for an ensemble; remove it";

  private EnsembleConfig() {}

  /**
   * Refuses what is missing, and settings without a meaning.
   *
   * @throws io.millrace.server.inference.ModelLoadException naming the file, the field and the fix
   */
  static void check(Path file, ModelConfig config) {
    require(
        config.getPlatform().equals(EnsembleModel.PLATFORM),
        file,
        "platform",
        config.getPlatform(),
        "must be '" + EnsembleModel.PLATFORM + "' with ensemble_scheduling");
    require(config.getBackend().isEmpty(), file, "backend", config.getBackend(), NO_MEANING);
    require(
        config.getEnsembleScheduling().getStepCount() > 0,
        file,
        "ensemble_scheduling",
        "without steps",
        "must have at least one step");
    require(
        config.getInputCount() > 0 && config.getOutputCount() > 0,
        file,
        "input and output",
        config.getInputCount() + " and " + config.getOutputCount() + " entries",
        "must be written out: an ensemble has no graph that says them");
    nothing(file, "instance_group", config.getInstanceGroupCount());
    nothing(file, "batch_input", config.getBatchInputCount());
    nothing(file, "parameters", config.getParametersCount());
    require(!config.hasOptimization(), file, "optimization", "given", NO_MEANING);
    for (ModelInput input : config.getInputList()) {
      require(
          !input.getAllowRaggedBatch() && !input.hasReshape() && !input.getOptional(),
          file,
          "input '" + input.getName() + "'",
          "allow_ragged_batch, reshape or optional",
          NO_MEANING);
    }
    config
        .getOutputList()
        .forEach(
            output ->
                require(
                    !output.hasReshape(),
                    file,
                    "output '" + output.getName() + "' reshape",
                    output.getReshape().getShapeList(),
                    NO_MEANING));
    for (Step step : config.getEnsembleScheduling().getStepList()) {
      require(
          step.getModelVersion() == 0
              || step.getModelVersion() == -1
              || step.getModelVersion() >= 1,
          file,
          "step '" + step.getModelName() + "' model_version",
          step.getModelVersion(),
          "must be a version, or -1 for the current one");
    }
  }

  private static void nothing(Path file, String field, int count) {
    require(count == 0, file, field, count + " entries", "have no meaning for an ensemble");
  }
}
