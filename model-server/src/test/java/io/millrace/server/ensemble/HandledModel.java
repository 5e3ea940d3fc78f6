package io.millrace.server.ensemble;

import io.millrace.server.inference.DataType;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.InferenceResponse;
import io.millrace.server.inference.ModelDescription;
import io.millrace.server.inference.ModelStatistics;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.ServedModel;
import io.millrace.server.inference.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** Takes requests and answers them, with an empty {@code y}, when the test says so. */
final class HandledModel implements ServedModel {
  private final ModelDescription description;
  private final ModelStatistics statistics = new ModelStatistics(1, () -> 0, () -> 0);
  private final Queue<Responder> taken = new ArrayDeque<>();

  HandledModel(String name, String version) {
    description = new ModelDescription(name, version, "", List.of(), List.of(), Map.of());
  }

  /** How many requests were taken and not answered. */
  int waiting() {
    return taken.size();
  }

  /** Answers the one that has waited longest. */
  void answer() {
    Tensor y = new Tensor("y", DataType.FP32, new long[] {0}, ByteBuffer.allocate(0));
    taken
        .remove()
        .complete(
            new InferenceResponse(description.version(), List.of(y), List.of(), Map.of(), 1, 2));
  }

  /** Fails the one that has waited longest. */
  void fail(InferenceException failure) {
    taken.remove().fail(failure);
  }

  @Override
  public boolean infer(InferenceRequest request, Responder responder) {
    return taken.add(responder);
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public ModelStatistics statistics() {
    return statistics;
  }

  @Override
  public CompletableFuture<Void> drain() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void close() {}
}
