package io.millrace.server.ensemble;

import java.util.Map;

/**
 * One model of an ensemble.
 *
 * @param version empty: the current one
 * @param inputs by the model's own names, the tensors of the ensemble that it gets
 * @param outputs by the model's own names, the tensors of the ensemble that its outputs become
 */
public record EnsembleStep(
    String model, String version, Map<String, String> inputs, Map<String, String> outputs) {
  /** Copies the maps. */
  public EnsembleStep {
    inputs = Map.copyOf(inputs);
    outputs = Map.copyOf(outputs);
  }
}
