package io.millrace.server.ensemble;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceException.Code;
import io.millrace.server.inference.ModelDescription;
import java.util.List;

/**
 * What an ensemble is made of. Every tensor that a step needs is an input of the ensemble or comes
 * from one other step, and no step waits for itself.
 *
 * @param description as callers see it
 * @param maxRows most rows of a request; 0: it has no batch dimension
 */
public record EnsemblePlan(ModelDescription description, int maxRows, List<EnsembleStep> steps) {
  /** Copies the steps. */
  public EnsemblePlan {
    steps = List.copyOf(steps);
  }

  /** The failure of a request of which one step has failed. */
  InferenceException failure(EnsembleStep step, InferenceException cause) {
    // That a model of the ensemble is gone is nothing that its caller has named.
    Code code = cause.code() == Code.NOT_FOUND ? Code.UNAVAILABLE : cause.code();
    return new InferenceException(
        code,
        String.format(
            "model '%s', step '%s': %s", description.name(), step.model(), cause.getMessage()));
  }
}
