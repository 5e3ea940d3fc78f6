package io.millrace.server.inference;

import java.util.List;
import java.util.Map;

/**
 * What a loaded model says about itself.
 *
 * @param version the version directory's number
 * @param platform as the model's configuration names it
 * @param properties free-form facts, such as the execution provider that is really in use
 */
public record ModelDescription(
    String name,
    String version,
    String platform,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    Map<String, String> properties) {
  /** Copies the collections. */
  public ModelDescription {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    properties = Map.copyOf(properties);
  }

  /** Refuses names of inputs and outputs that the model does not have. */
  public void checkNames(InferenceRequest request) {
    for (Tensor input : request.inputs()) {
      if (!has(inputs, input.name())) {
        throw InferenceException.invalid(
            "model '%s' has no input '%s'; it has %s", name, input.name(), names(inputs));
      }
    }
    for (String output : request.requestedOutputs()) {
      if (!has(outputs, output)) {
        throw InferenceException.invalid(
            "model '%s' has no output '%s'; it has %s", name, output, names(outputs));
      }
    }
  }

  private static boolean has(List<TensorSpec> specs, String name) {
    for (TensorSpec spec : specs) {
      if (spec.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static List<String> names(List<TensorSpec> specs) {
    return specs.stream().map(TensorSpec::name).toList();
  }
}
