package io.millrace.server.recommender;

import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.Tensor;
import io.millrace.server.serving.PendingInference;
import org.jspecify.annotations.Nullable;

/** One row for the retriever: a caller's request with ids replaced by indices. */
final class RecommendRequest extends PendingInference {
  private final Row row;

  /**
   * The row's content; arrays are not copied.
   *
   * @param items indices, oldest first, no more than the bundle's history
   * @param eventTypes as many
   * @param ageSeconds as many
   * @param excluded indices of items that must not come back
   * @param profile FP32 [1, 384], or null
   * @param query FP32 [1, 384], or null
   * @param k items wanted
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Row(
      int[] items,
      int[] eventTypes,
      float[] ageSeconds,
      int[] excluded,
      @Nullable Tensor profile,
      @Nullable Tensor query,
      int k) {}

  RecommendRequest(
      String model, InferenceRequest request, Responder responder, long arrivalNanos, Row row) {
    super(model, request, responder, arrivalNanos);
    this.row = row;
  }

  Row row() {
    return row;
  }

  @Override
  public int rows() {
    return 1;
  }
}
