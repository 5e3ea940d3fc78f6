package io.millrace.server.recommender;

import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.Responder;
import io.millrace.server.serving.PendingInference;

/** One row for the retriever: a caller's request with ids replaced by indices. */
final class RecommendRequest extends PendingInference {
  private final RetrieverRow row;

  RecommendRequest(
      String model,
      InferenceRequest request,
      Responder responder,
      long arrivalNanos,
      RetrieverRow row) {
    super(model, request, responder, arrivalNanos);
    this.row = row;
  }

  RetrieverRow row() {
    return row;
  }

  @Override
  public int rows() {
    return 1;
  }
}
