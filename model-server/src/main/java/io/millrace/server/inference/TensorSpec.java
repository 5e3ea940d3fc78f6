package io.millrace.server.inference;

import java.util.Arrays;
import java.util.List;

/**
 * One input or output of a model, as callers see it.
 *
 * @param name unique among a model's inputs, or outputs
 * @param type the type of every element
 * @param shape dimensions, the batch dimension included; -1 is a dimension of any size
 * @param optional a request may leave it out
 */
public record TensorSpec(String name, DataType type, List<Long> shape, boolean optional) {
  /** Copies the shape. */
  public TensorSpec {
    shape = List.copyOf(shape);
  }

  /**
   * Refuses a tensor of another type or shape.
   *
   * @param model named in the failure
   */
  public void check(String model, Tensor tensor) {
    if (tensor.type() != type) {
      throw InferenceException.invalid(
          "model '%s': input '%s' expects %s, given %s", model, name, type, tensor.type());
    }
    boolean fits = tensor.rank() == shape.size();
    for (int i = 0; fits && i < shape.size(); i++) {
      fits = shape.get(i) == -1 || shape.get(i) == tensor.dim(i);
    }
    if (!fits) {
      throw InferenceException.invalid(
          "model '%s': input '%s' expects shape %s, given %s",
          model, name, shape, Arrays.toString(tensor.shape()));
    }
  }
}
