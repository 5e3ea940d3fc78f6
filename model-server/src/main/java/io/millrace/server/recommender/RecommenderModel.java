package io.millrace.server.recommender;

import io.millrace.server.batching.BatchingLimits;
import io.millrace.server.inference.Graph;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.ModelDescription;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.ModelStatistics;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.ServedModel;
import io.millrace.server.serving.BatchedExecution;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
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
  private final Graph graph;
  private final List<RetrieverBatch> retrievers;
  private final BatchedExecution<RecommendRequest> execution;

  private RecommenderModel(
      String name,
      Bundle bundle,
      Graph graph,
      List<RetrieverBatch> retrievers,
      BatchingLimits limits,
      LongSupplier clock) {
    this.description = describe(name, bundle, graph);
    this.clock = clock;
    this.reader = new RowReader(name, bundle, limits.maxRows());
    this.graph = graph;
    this.retrievers = retrievers;
    List<RecommendRunner> runners =
        retrievers.stream().map(r -> new RecommendRunner(r, bundle, clock)).toList();
    this.execution =
        new BatchedExecution<>(name, limits, runners, (first, next) -> true, graph, clock);
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
    Path file = directory.resolve(Bundle.RETRIEVER_FILE);
    Graph graph = loader.apply(file);
    try {
      RetrieverSignature signature = RetrieverSignature.of(graph, file.toString());
      List<RetrieverBatch> retrievers = new ArrayList<>();
      for (int i = 0; i < instances; i++) {
        retrievers.add(new RetrieverBatch(graph.newInstance(), signature, bundle.manifest().k()));
      }
      warmUp(file, bundle, retrievers, limits.maxRows());
      return new RecommenderModel(name, bundle, graph, retrievers, limits, clock);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  /** The largest batch first, so that buffers have their final size; then the smallest. */
  private static void warmUp(
      Path file, Bundle bundle, List<RetrieverBatch> retrievers, int maxRows) {
    int length = bundle.manifest().maxHistory();
    int[] items = new int[length];
    for (int i = 0; i < length; i++) {
      items[i] = Vocabulary.FIRST_ITEM + i % bundle.vocabulary().size();
    }
    RetrieverRow longest =
        new RetrieverRow(items, new int[length], new float[length], items, null, null, 1);
    RetrieverRow empty =
        new RetrieverRow(new int[0], new int[0], new float[0], new int[0], null, null, 1);
    try {
      for (RetrieverBatch retriever : retrievers) {
        retriever.run(Collections.nCopies(maxRows, longest));
        retriever.run(List.of(empty));
        int best = retriever.candidate(0, 0);
        if (retriever.found(0, 1) == 0 || !bundle.vocabulary().isItem(best)) {
          throw new ModelLoadException(
              file
                  + " returns index "
                  + best
                  + " for an empty history, which is no item of "
                  + Bundle.VOCABULARY_FILE
                  + "; export the bundle again");
        }
      }
    } catch (InferenceException e) {
      throw new ModelLoadException(file + " fails on its warm-up: " + e.getMessage(), e);
    }
  }

  private static ModelDescription describe(String name, Bundle bundle, Graph graph) {
    return new ModelDescription(
        name,
        bundle.version(),
        BACKEND,
        RecommenderSignature.INPUTS,
        RecommenderSignature.OUTPUTS,
        Map.of(
            "provider", graph.provider(),
            "feature_schema", bundle.manifest().featureSchema(),
            "bundle_version", bundle.version(),
            "max_history", Integer.toString(bundle.manifest().maxHistory()),
            "k", Integer.toString(bundle.manifest().k()),
            "sources", sources(bundle),
            "items", Integer.toString(bundle.vocabulary().size())));
  }

  private static String sources(Bundle bundle) {
    List<String> sources = new ArrayList<>(List.of("retriever"));
    if (bundle.sources().keywords() != null) {
      sources.add("keywords");
    }
    if (bundle.sources().vectors() != null) {
      sources.add("profile");
    }
    return String.join(",", sources);
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
    retrievers.forEach(RetrieverBatch::close);
    graph.close();
  }
}
