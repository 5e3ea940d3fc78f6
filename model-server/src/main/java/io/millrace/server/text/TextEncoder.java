package io.millrace.server.text;

import io.millrace.server.batching.BatchingLimits;
import io.millrace.server.inference.DataType;
import io.millrace.server.inference.Graph;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.ModelDescription;
import io.millrace.server.inference.ModelStatistics;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.ServedModel;
import io.millrace.server.inference.TensorSpec;
import io.millrace.server.serving.BatchedExecution;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Turns texts into vectors of length 1: {@value #TEXT} BYTES [rows, 1] into {@value #EMBEDDING}
 * FP32 [rows, dims] and {@value #TOKENS} INT32 [rows, 1], the tokens that were counted.
 */
public final class TextEncoder implements ServedModel {
  /** What a configuration says to be one. */
  public static final String BACKEND = "millrace_text";

  /** The input. */
  public static final String TEXT = "text";

  /** The vectors. */
  public static final String EMBEDDING = "embedding";

  /** How many tokens each text had, after its end was cut off. */
  public static final String TOKENS = "tokens";

  private final ModelDescription description;
  private final int maxRows;
  private final LongSupplier clock;
  private final Graph graph;
  private final Tokenizer tokenizer;
  private final List<TextRunner> runners;
  private final BatchedExecution<TextRequest> execution;

  /**
   * Serves a graph and a tokenizer, which are closed with the model.
   *
   * @param mostTokens of a text
   * @param instances batches computed at the same time, at least 1
   * @param clock monotonic nanoseconds
   * @throws io.millrace.server.inference.ModelLoadException if the graph is no text encoder
   */
  public TextEncoder(
      String name,
      String version,
      Graph graph,
      Tokenizer tokenizer,
      int mostTokens,
      int instances,
      BatchingLimits limits,
      LongSupplier clock) {
    EncoderGraph places = EncoderGraph.of(graph, "model '" + name + "' version " + version);
    long dims = places.dims();
    this.description =
        new ModelDescription(
            name,
            version,
            BACKEND,
            List.of(new TensorSpec(TEXT, DataType.BYTES, List.of(-1L, 1L), false)),
            List.of(
                new TensorSpec(EMBEDDING, DataType.FP32, List.of(-1L, dims), false),
                new TensorSpec(TOKENS, DataType.INT32, List.of(-1L, 1L), false)),
            Map.of(
                "provider", graph.provider(),
                "dimensions", Long.toString(dims),
                "max_tokens", Integer.toString(mostTokens)));
    this.maxRows = limits.maxRows();
    this.clock = clock;
    this.graph = graph;
    this.tokenizer = tokenizer;
    this.runners =
        Stream.generate(
                () -> new TextRunner(graph.newInstance(), places, tokenizer, version, clock))
            .limit(instances)
            .toList();
    this.execution =
        new BatchedExecution<>(
            name, limits, runners, new TextComposition(mostTokens), graph::cpuNanos, clock);
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
        new TextRequest(
            description.name(), description.inputs().get(0), maxRows, request, responder, arrival));
  }

  @Override
  public CompletableFuture<Void> drain() {
    return execution.drain();
  }

  @Override
  public void close() {
    execution.close();
    runners.forEach(TextRunner::close);
    graph.close();
    tokenizer.close();
  }
}
