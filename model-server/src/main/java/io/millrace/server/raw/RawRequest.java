package io.millrace.server.raw;

import static io.millrace.server.inference.InferenceException.invalid;

import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.Tensor;
import io.millrace.server.serving.PendingInference;
import java.util.Arrays;

/** A request with its tensors in the order of the signature, checked against it. */
final class RawRequest extends PendingInference {
  private final Tensor[] tensors;
  private final int rows;
  private final int longest;

  /**
   * Checks and starts to wait.
   *
   * @throws io.millrace.server.inference.InferenceException if it does not fit the signature
   */
  RawRequest(
      String model,
      RawSignature signature,
      InferenceRequest request,
      Responder responder,
      long arrivalNanos) {
    super(model, request, responder, arrivalNanos);
    this.tensors = new Tensor[signature.inputs().size()];
    for (int i = 0; i < tensors.length; i++) {
      RawInput input = signature.inputs().get(i);
      Tensor tensor = request.input(input.spec().name());
      if (tensor == null) {
        throw invalid(
            "model '%s': input '%s' is missing; it is %s %s",
            model, input.spec().name(), input.spec().type(), input.spec().shape());
      }
      input.spec().check(model, tensor);
      tensors[i] = tensor;
    }
    this.rows = signature.hasBatchDimension() ? rows(model, signature.maxBatchSize()) : 1;
    this.longest = longest(signature);
  }

  private int longest(RawSignature signature) {
    int most = 0;
    for (int i = 0; i < tensors.length; i++) {
      if (signature.inputs().get(i).ragged()) {
        most = Math.max(most, tensors[i].elements() / rows);
      }
    }
    return most;
  }

  private int rows(String model, int maxBatchSize) {
    long common = tensors[0].dim(0);
    for (Tensor tensor : tensors) {
      if (tensor.dim(0) != common) {
        throw invalid(
            "model '%s': input '%s' has batch size %d, input '%s' has %d; they must be equal",
            model, tensors[0].name(), common, tensor.name(), tensor.dim(0));
      }
    }
    if (common < 1 || common > maxBatchSize) {
      throw invalid(
          "model '%s': batch size is %d; it goes from 1 to %d", model, common, maxBatchSize);
    }
    return (int) common;
  }

  Tensor tensor(int input) {
    return tensors[input];
  }

  @Override
  public int rows() {
    return rows;
  }

  /** Elements of a row in its longest ragged input; 0 without any. */
  int longest() {
    return longest;
  }

  /** Whether both can be one batch: rows of dense inputs have the same shape. */
  static boolean compatible(RawSignature signature, RawRequest first, RawRequest next) {
    for (int i = 0; i < first.tensors.length; i++) {
      if (!signature.inputs().get(i).ragged()
          && !sameRowShape(first.tensors[i].shape(), next.tensors[i].shape())) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameRowShape(long[] a, long[] b) {
    return Arrays.equals(a, 1, a.length, b, 1, b.length);
  }
}
