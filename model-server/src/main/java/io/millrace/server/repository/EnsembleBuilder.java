package io.millrace.server.repository;

import static io.millrace.server.repository.ModelConfigFile.require;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.inference.ModelConfig;
import io.millrace.schemas.inference.ModelEnsembling.Step;
import io.millrace.schemas.inference.ModelInput;
import io.millrace.schemas.inference.ModelOutput;
import io.millrace.server.ensemble.EnsembleModel;
import io.millrace.server.ensemble.EnsemblePlan;
import io.millrace.server.ensemble.EnsembleStep;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.ModelCatalogue;
import io.millrace.server.inference.ModelDescription;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes a plan of an ensemble's configuration, and checks it against the models that serve: every
 * tensor by name, type and shape.
 */
final class EnsembleBuilder {
  private static final long ANY = -1;

  private final Path file;
  private final ModelConfig config;
  private final ModelCatalogue models;

  /** The ensemble's tensors that are known so far. */
  private final Map<String, TensorSpec> tensors = new HashMap<>();

  EnsembleBuilder(Path file, ModelConfig config, ModelCatalogue models) {
    this.file = file;
    this.config = config;
    this.models = models;
  }

  /**
   * The plan.
   *
   * @throws ModelLoadException naming the file, the step, the tensor and the fix
   */
  EnsemblePlan build(String name, String version) {
    List<TensorSpec> inputs = new ArrayList<>();
    for (ModelInput input : config.getInputList()) {
      inputs.add(spec("input", input.getName(), input.getDataType(), input.getDimsList()));
    }
    inputs.forEach(input -> tensors.put(input.name(), input));
    List<EnsembleStep> steps = new ArrayList<>();
    List<ModelDescription> stepModels = new ArrayList<>();
    for (Step step : config.getEnsembleScheduling().getStepList()) {
      ModelDescription model = model(step);
      stepModels.add(model);
      steps.add(
          new EnsembleStep(
              step.getModelName(), wanted(step), step.getInputMapMap(), step.getOutputMapMap()));
      produce(step, model);
    }
    for (int i = 0; i < steps.size(); i++) {
      consume(steps.get(i), stepModels.get(i));
    }
    requireAnEnd(inputs, steps);
    List<TensorSpec> outputs = new ArrayList<>();
    for (ModelOutput output : config.getOutputList()) {
      TensorSpec wanted =
          spec("output", output.getName(), output.getDataType(), output.getDimsList());
      TensorSpec made = tensors.get(output.getName());
      if (made == null || inputs.contains(made)) {
        throw new ModelLoadException(
            String.format(
                "%s: output '%s' must be in the output_map of a step", file, output.getName()));
      }
      requireFit("output '" + output.getName() + "'", made, wanted);
      outputs.add(wanted);
    }
    return new EnsemblePlan(
        new ModelDescription(name, version, EnsembleModel.PLATFORM, inputs, outputs, Map.of()),
        config.getMaxBatchSize(),
        steps);
  }

  private TensorSpec spec(
      String kind, String name, io.millrace.schemas.inference.DataType type, List<Long> dims) {
    List<Long> shape = new ArrayList<>();
    if (config.getMaxBatchSize() > 0) {
      shape.add(ANY);
    }
    shape.addAll(dims);
    return new TensorSpec(name, TensorTypes.of(file, kind + " '" + name + "'", type), shape, false);
  }

  private static String wanted(Step step) {
    return step.getModelVersion() >= 1 ? Long.toString(step.getModelVersion()) : "";
  }

  private ModelDescription model(Step step) {
    try {
      int rows =
          ModelConfig.parseFrom(models.configuration(step.getModelName(), wanted(step)))
              .getMaxBatchSize();
      require(
          config.getMaxBatchSize() <= rows,
          file,
          "max_batch_size",
          config.getMaxBatchSize(),
          "is above that of step '" + step.getModelName() + "', which is " + rows);
      return models.find(step.getModelName(), wanted(step)).description();
    } catch (InferenceException e) {
      String why =
          e.code() == InferenceException.Code.UNAVAILABLE
              ? "it is not loaded; there are "
                  + models.models().stream().map(model -> model.description().name()).toList()
              : String.valueOf(e.getMessage());
      throw new ModelLoadException(
          String.format("%s: step '%s' cannot be made: %s", file, step.getModelName(), why), e);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the configuration of " + step.getModelName(), e);
    }
  }

  private void produce(Step step, ModelDescription model) {
    String where = "step '" + step.getModelName() + "' output_map";
    require(step.getOutputMapCount() > 0, file, where, "{}", "must name at least one output");
    step.getOutputMapMap()
        .forEach(
            (own, name) -> {
              TensorSpec spec = named(where, own, model.outputs());
              require(
                  tensors.putIfAbsent(name, new TensorSpec(name, spec.type(), spec.shape(), false))
                      == null,
                  file,
                  where,
                  name,
                  "is already there; a tensor comes from one place");
            });
  }

  private void consume(EnsembleStep step, ModelDescription model) {
    String where = "step '" + step.model() + "' input_map";
    for (TensorSpec input : model.inputs()) {
      require(
          input.optional() || step.inputs().containsKey(input.name()),
          file,
          where,
          step.inputs().keySet(),
          "must have the model's input '" + input.name() + "'");
    }
    step.inputs()
        .forEach(
            (own, name) -> {
              TensorSpec input = named(where, own, model.inputs());
              TensorSpec given = tensors.get(name);
              if (given == null) {
                throw new ModelLoadException(
                    String.format(
                        "%s: %s '%s' is no input of the ensemble and no step's output; there are"
                            + " %s",
                        file, where, name, new TreeSet<>(tensors.keySet())));
              }
              requireFit(where + " '" + own + "'", given, input);
            });
  }

  private TensorSpec named(String where, String name, List<TensorSpec> specs) {
    return specs.stream()
        .filter(spec -> spec.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelLoadException(
                    String.format(
                        "%s: %s '%s' is not the model's; it has %s",
                        file, where, name, specs.stream().map(TensorSpec::name).toList())));
  }

  private void requireFit(String where, TensorSpec given, TensorSpec wanted) {
    boolean fits = given.type() == wanted.type() && given.shape().size() == wanted.shape().size();
    for (int i = 0; fits && i < given.shape().size(); i++) {
      long ours = given.shape().get(i);
      long theirs = wanted.shape().get(i);
      fits = ours == theirs || ours == ANY || theirs == ANY;
    }
    require(
        fits,
        file,
        where,
        given.name() + " " + given.type() + given.shape(),
        "does not fit " + wanted.type() + wanted.shape());
  }

  /** Goes through the steps as a request does. */
  private void requireAnEnd(List<TensorSpec> inputs, List<EnsembleStep> steps) {
    Set<String> known = new TreeSet<>(inputs.stream().map(TensorSpec::name).toList());
    List<EnsembleStep> left = new ArrayList<>(steps);
    boolean moved = true;
    while (moved) {
      List<EnsembleStep> ready =
          left.stream().filter(step -> known.containsAll(step.inputs().values())).toList();
      ready.forEach(step -> known.addAll(step.outputs().values()));
      left.removeAll(ready);
      moved = !ready.isEmpty();
    }
    require(
        left.isEmpty(),
        file,
        "ensemble_scheduling steps",
        left.stream().map(EnsembleStep::model).toList(),
        "wait for each other's outputs; no request would end");
  }
}
