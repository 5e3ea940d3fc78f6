package io.millrace.server.recommender;

import io.millrace.server.inference.Graph;
import io.millrace.server.ranking.FeatureTable;
import io.millrace.server.ranking.RankerSettings;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The graphs of one bundle, shared by all its runners.
 *
 * @param ranker null without one
 * @param rankerAt null without one
 */
record RecommenderGraphs(
    Graph retriever,
    RetrieverSignature retrieverAt,
    @Nullable Graph ranker,
    @Nullable RankerSignature rankerAt)
    implements AutoCloseable {

  /**
   * Loads them.
   *
   * @throws io.millrace.server.inference.ModelLoadException if one is not what the bundle says
   */
  static RecommenderGraphs load(Path directory, Bundle bundle, Function<Path, Graph> loader) {
    Path file = directory.resolve(Bundle.RETRIEVER_FILE);
    Graph retriever = loader.apply(file);
    try {
      RetrieverSignature at = RetrieverSignature.of(retriever, file.toString());
      RankerSettings settings = bundle.manifest().ranker();
      return settings == null
          ? new RecommenderGraphs(retriever, at, null, null)
          : withRanker(
              retriever,
              at,
              bundle.manifest().listed(directory, "ranker.file", settings.file()),
              settings,
              loader);
    } catch (RuntimeException e) {
      retriever.close();
      throw e;
    }
  }

  private static RecommenderGraphs withRanker(
      Graph retriever,
      RetrieverSignature at,
      Path file,
      RankerSettings settings,
      Function<Path, Graph> loader) {
    Graph ranker = loader.apply(file);
    try {
      RankerSignature rankerAt =
          RankerSignature.of(ranker, file.toString(), settings.features().size());
      return new RecommenderGraphs(retriever, at, ranker, rankerAt);
    } catch (RuntimeException e) {
      ranker.close();
      throw e;
    }
  }

  /** A runner with instances of its own. */
  RecommendRunner newRunner(Bundle bundle, RecommenderCounters counters, LongSupplier clock) {
    RetrieverBatch batch =
        new RetrieverBatch(retriever.newInstance(), retrieverAt, bundle.manifest().k());
    return new RecommendRunner(bundle, batch, newRanker(bundle, counters, clock), counters, clock);
  }

  private @Nullable Ranker newRanker(
      Bundle bundle, RecommenderCounters counters, LongSupplier clock) {
    RankerSettings settings = bundle.manifest().ranker();
    if (settings == null || ranker == null || rankerAt == null) {
      return null;
    }
    FeatureTable features = new FeatureTable(settings.features(), bundle.sources());
    RankerBatch batch =
        new RankerBatch(ranker.newInstance(), rankerAt, features, settings.maxHistory());
    return new Ranker(batch, settings.fromEvents(), counters.ranking(), clock);
  }

  /** What the graphs are computed on. */
  String provider() {
    return retriever.provider();
  }

  /** As {@link Graph#cpuNanos}, of all of them. */
  long cpuNanos() {
    return retriever.cpuNanos() + (ranker == null ? 0 : ranker.cpuNanos());
  }

  @Override
  public void close() {
    retriever.close();
    if (ranker != null) {
      ranker.close();
    }
  }
}
