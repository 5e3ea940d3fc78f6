package io.millrace.server.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import io.millrace.schemas.FeatureSchema;
import io.millrace.server.batching.BatchingLimits;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.ModelCounter;
import io.millrace.server.inference.ServedModel;
import io.millrace.server.model.ExecutionProvider;
import io.millrace.server.model.GraphOptions;
import io.millrace.server.model.OnnxGraph;
import io.millrace.server.recommender.Bundle;
import io.millrace.server.recommender.RecommenderModel;
import io.millrace.server.recommender.RetrieverRow;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Recommenders in process that take turns at the same calls. */
final class RankingTrial {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final int QUEUE = 64;
  private static final int CALLS_TO_COUNT = 8;
  private static final double NANOS_PER_MICRO = 1e3;

  private final List<InferenceRequest> calls;
  private final int batch;
  private final int threads;
  private final List<Contender> contenders = new ArrayList<>();

  /** One recommender, and what it has done in the turns that count. */
  private static final class Contender {
    private final String name;
    private final Path bundle;
    private long rows;
    private long cpuNanos;
    private long wallNanos;
    private double candidates;

    Contender(String name, Path bundle) {
      this.name = name;
      this.bundle = bundle;
    }
  }

  /** At those rows, in batches. */
  RankingTrial(Bundle bundle, List<RetrieverRow> rows, int batch, int threads) {
    this.calls = new RowCalls(bundle).inBatches(rows, batch);
    this.batch = batch;
    this.threads = threads;
    if (calls.isEmpty()) {
      throw new IllegalArgumentException("there are fewer histories than a batch has rows");
    }
  }

  /** Adds a bundle to those that are measured. */
  void add(String name, Path bundle) {
    contenders.add(new Contender(name, bundle));
  }

  /** How many candidates a row of a bundle has. */
  double meanCandidates(Path bundle) {
    try (ServedModel model = load(bundle)) {
      for (int i = 0; i < Math.min(CALLS_TO_COUNT, calls.size()); i++) {
        new CallLoop(model, calls.subList(i, i + 1)).once();
      }
      return mean(model);
    }
  }

  private static double mean(ServedModel model) {
    double rows = Math.max(1, counter(model, "millrace_ranker_rows"));
    return counter(model, "millrace_ranker_candidates") / rows;
  }

  private static long counter(ServedModel model, String name) {
    long sum = 0;
    for (ModelCounter counter : model.counters()) {
      sum += counter.name().equals(name) ? counter.value().getAsLong() : 0;
    }
    return sum;
  }

  private ServedModel load(Path bundle) {
    GraphOptions options = new GraphOptions(ExecutionProvider.CPU, 1);
    return RecommenderModel.load(
        "recommender",
        bundle,
        FeatureSchema.hash(),
        file -> OnnxGraph.load(file, options),
        threads,
        new BatchingLimits(batch, Duration.ZERO, Duration.ofMinutes(1), QUEUE, true),
        System::nanoTime);
  }

  /**
   * Measures all of them, one after the other, turn by turn; the first half of turns is warm-up.
   */
  void measure(int turns, double seconds, ArrayNode results) throws InterruptedException {
    List<ServedModel> models = new ArrayList<>();
    try {
      for (Contender contender : contenders) {
        models.add(load(contender.bundle));
      }
      for (int turn = 0; turn < 2 * turns; turn++) {
        for (int i = 0; i < models.size(); i++) {
          turn(contenders.get(i), models.get(i), seconds, turn >= turns);
        }
      }
    } finally {
      models.forEach(ServedModel::close);
    }
    for (Contender contender : contenders) {
      write(contender, results.addObject());
    }
  }

  private void turn(Contender contender, ServedModel model, double seconds, boolean counts)
      throws InterruptedException {
    long cpu = SYSTEM.getProcessCpuTime();
    long start = System.nanoTime();
    long rows = new CallLoop(model, calls).run(threads, seconds) * batch;
    if (counts) {
      contender.rows += rows;
      contender.cpuNanos += SYSTEM.getProcessCpuTime() - cpu;
      contender.wallNanos += System.nanoTime() - start;
      contender.candidates = mean(model);
    }
  }

  private void write(Contender contender, ObjectNode into) {
    Contender base = contenders.get(0);
    double micros = contender.cpuNanos / NANOS_PER_MICRO / contender.rows;
    double perSecond = contender.rows * (double) TimeUnit.SECONDS.toNanos(1) / contender.wallNanos;
    into.put("name", contender.name)
        .put("mean_candidates", contender.candidates)
        .put("rows", contender.rows)
        .put("rows_per_s", perSecond)
        .put("core_us_per_row", micros)
        .put("compute_ratio", micros / (base.cpuNanos / NANOS_PER_MICRO / base.rows));
  }
}
