package io.millrace.server.recommender;

import static io.millrace.server.inference.InferenceException.invalid;

import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.Tensor;
import io.millrace.server.inference.TensorSpec;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Takes tensors out of requests, or refuses those that are not what the signature says. */
final class RequestTensors {
  private final String model;

  /** Of requests to a model of that name. */
  RequestTensors(String model) {
    this.model = model;
  }

  /** An input that must be there. */
  Tensor required(InferenceRequest request, TensorSpec spec) {
    Tensor tensor = request.input(spec.name());
    if (tensor == null) {
      throw invalid(
          "model '%s': input '%s' is missing; it is %s %s",
          model, spec.name(), spec.type(), spec.shape());
    }
    spec.check(model, tensor);
    return tensor;
  }

  /** An input of as many rows as the others, or null. */
  @Nullable Tensor optional(InferenceRequest request, TensorSpec spec, int rows) {
    Tensor tensor = request.input(spec.name());
    if (tensor != null) {
      spec.check(model, tensor);
      if (tensor.dim(0) != rows) {
        throw invalid(
            "model '%s': input '%s' has %d rows, 'item_id' has %d; they must be as many",
            model, spec.name(), tensor.dim(0), rows);
      }
    }
    return tensor;
  }

  /** The content of a tensor that must have the shape of the ids. */
  ByteBuffer like(Tensor ids, Tensor tensor) {
    if (!Arrays.equals(tensor.shape(), ids.shape())) {
      throw invalid(
          "model '%s': input '%s' has shape %s, 'item_id' has %s; they must be the same",
          model, tensor.name(), Arrays.toString(tensor.shape()), Arrays.toString(ids.shape()));
    }
    return tensor.data();
  }

  /** Refuses one of two inputs that are only of use together. */
  void refuseOneAlone(
      @Nullable Tensor first, TensorSpec one, @Nullable Tensor second, TensorSpec other) {
    if (first != null || second != null) {
      throw invalid(
          "model '%s': input '%s' is given without '%s'; give both or none",
          model, (first == null ? other : one).name(), (first == null ? one : other).name());
    }
  }
}
