package io.millrace.server.recommender;

import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.Responder;
import io.millrace.server.serving.PendingInference;
import java.util.List;

/** Rows of a list each: a caller's request with ids replaced by indices. */
final class RecommendRequest extends PendingInference {
  private final List<RecommendRow> rows;
  private final List<String> ignored;

  RecommendRequest(
      String model,
      InferenceRequest request,
      Responder responder,
      long arrivalNanos,
      List<RecommendRow> rows,
      List<String> ignored) {
    super(model, request, responder, arrivalNanos);
    this.rows = rows;
    this.ignored = ignored;
  }

  /** At least one. */
  List<RecommendRow> recommendRows() {
    return rows;
  }

  /** Names of inputs that the bundle cannot use. */
  List<String> ignored() {
    return ignored;
  }

  /** Whether the deadline is further away than that. */
  boolean hasLeft(long nanos, long nowNanos) {
    return deadlineNanos() == Long.MAX_VALUE || deadlineNanos() - nowNanos > nanos;
  }

  @Override
  public int rows() {
    return rows.size();
  }
}
