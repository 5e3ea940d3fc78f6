package io.millrace.server.recommender;

import io.millrace.server.batching.BatchingLimits;
import io.millrace.server.inference.Graph;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.ModelCounter;
import io.millrace.server.inference.ModelDescription;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.ModelStatistics;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.ServedModel;
import io.millrace.server.ranking.RankerSettings;
import io.millrace.server.serving.BatchedExecution;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The recommender: string ids of what a user did go in, string ids of what to show come out. Exact
 * over the whole catalogue, with exclusions taken out before the best are chosen, by one bundle.
 */
public final class RecommenderModel implements ServedModel {
  /** The value of {@code backend} in {@code config.pbtxt}. */
  public static final String BACKEND = "millrace";

  private final ModelDescription description;
  private final LongSupplier clock;
  private final RowReader reader;
  private final RecommenderGraphs graphs;
  private final List<RecommendRunner> runners;
  private final List<ModelCounter> counters;
  private final BatchedExecution<RecommendRequest> execution;

  private RecommenderModel(
      String name,
      Bundle bundle,
      RecommenderGraphs graphs,
      List<RecommendRunner> runners,
      List<ModelCounter> counters,
      BatchingLimits limits,
      LongSupplier clock) {
    this.description = describe(name, bundle, graphs);
    this.clock = clock;
    this.reader = new RowReader(name, bundle, limits.maxRows());
    this.graphs = graphs;
    this.runners = runners;
    this.counters = counters;
    this.execution =
        new BatchedExecution<>(
            name, limits, runners, (first, next) -> true, graphs::cpuNanos, clock);
  }

  /**
   * Reads, verifies and warms up a bundle.
   *
   * @param directory the version directory
   * @param featureSchema hash of the feature schema that a bundle must have been trained on
   * @param loader loads a graph from a file
   * @param instances batches computed at the same time, at least 1
   * @param clock monotonic nanoseconds
   * @throws ModelLoadException if the bundle cannot be served
   */
  public static RecommenderModel load(
      String name,
      Path directory,
      String featureSchema,
      Function<Path, Graph> loader,
      int instances,
      BatchingLimits limits,
      LongSupplier clock) {
    Bundle bundle = Bundle.read(directory, featureSchema);
    RecommenderGraphs graphs = RecommenderGraphs.load(directory, bundle, loader);
    try {
      RecommenderCounters counters = new RecommenderCounters();
      List<RecommendRunner> runners = new ArrayList<>();
      for (int i = 0; i < instances; i++) {
        runners.add(graphs.newRunner(bundle, counters, clock));
      }
      new RecommenderWarmup(directory, bundle).run(runners, limits.maxRows());
      return new RecommenderModel(
          name,
          bundle,
          graphs,
          runners,
          counters.list(bundle.sources().names(), bundle.manifest().ranker() != null),
          limits,
          clock);
    } catch (RuntimeException e) {
      graphs.close();
      throw e;
    }
  }

  private static ModelDescription describe(String name, Bundle bundle, RecommenderGraphs graphs) {
    RankerSettings ranker = bundle.manifest().ranker();
    Map<String, String> properties = new HashMap<>();
    properties.put("provider", graphs.provider());
    properties.put("feature_schema", bundle.manifest().featureSchema());
    properties.put("bundle_version", bundle.version());
    properties.put("max_history", Integer.toString(bundle.manifest().maxHistory()));
    properties.put("k", Integer.toString(bundle.manifest().k()));
    properties.put("sources", String.join(",", bundle.sources().names()));
    properties.put("items", Integer.toString(bundle.vocabulary().size()));
    if (ranker != null) {
      properties.put("ranker_features", String.join(",", ranker.features()));
    }
    return new ModelDescription(
        name,
        bundle.version(),
        BACKEND,
        RecommenderSignature.INPUTS,
        RecommenderSignature.OUTPUTS,
        properties);
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
  public List<ModelCounter> counters() {
    return counters;
  }

  @Override
  public boolean infer(InferenceRequest request, Responder responder) {
    long arrival = clock.getAsLong();
    description.checkNames(request);
    List<RecommendRow> rows = reader.read(request);
    return execution.submit(
        new RecommendRequest(
            description.name(), request, responder, arrival, rows, reader.ignored(request)));
  }

  @Override
  public CompletableFuture<Void> drain() {
    return execution.drain();
  }

  @Override
  public void close() {
    execution.close();
    runners.forEach(RecommendRunner::close);
    graphs.close();
  }
}
