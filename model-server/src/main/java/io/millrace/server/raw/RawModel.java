package io.millrace.server.raw;

import io.millrace.server.batching.BatchingLimits;
import io.millrace.server.inference.Graph;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.ModelDescription;
import io.millrace.server.inference.ModelStatistics;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.ServedModel;
import io.millrace.server.serving.BatchedExecution;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** A graph served as it is. */
public final class RawModel implements ServedModel {
  private final ModelDescription description;
  private final RawSignature signature;
  private final LongSupplier clock;
  private final Graph graph;
  private final List<RawRunner> runners;
  private final BatchedExecution<RawRequest> execution;

  /**
   * Serves a loaded graph, which is closed with the model.
   *
   * @param platform as the model's configuration names it
   * @param instances batches computed at the same time, at least 1
   * @param clock monotonic nanoseconds
   */
  public RawModel(
      String name,
      String version,
      String platform,
      Graph graph,
      RawSignature signature,
      int instances,
      BatchingLimits limits,
      LongSupplier clock) {
    this.description =
        new ModelDescription(
            name,
            version,
            platform,
            signature.inputs().stream().map(RawInput::spec).toList(),
            signature.outputs().stream().map(RawOutput::spec).toList(),
            Map.of("provider", graph.provider()));
    this.signature = signature;
    this.clock = clock;
    this.graph = graph;
    this.runners =
        Stream.generate(() -> new RawRunner(graph.newInstance(), signature, version, clock))
            .limit(instances)
            .toList();
    this.execution =
        new BatchedExecution<>(
            name, limits, runners, new RawComposition(signature), graph::cpuNanos, clock);
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public ModelStatistics statistics() {
    return execution.statistics();
  }

  @Override
  public boolean infer(InferenceRequest request, Responder responder) {
    long arrival = clock.getAsLong();
    description.checkNames(request);
    return execution.submit(
        new RawRequest(description.name(), signature, request, responder, arrival));
  }

  @Override
  public CompletableFuture<Void> drain() {
    return execution.drain();
  }

  @Override
  public void close() {
    execution.close();
    runners.forEach(RawRunner::close);
    graph.close();
  }
}
