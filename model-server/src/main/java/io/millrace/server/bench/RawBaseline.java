package io.millrace.server.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.inference.Graph;
import io.millrace.server.model.ExecutionProvider;
import io.millrace.server.model.GraphOptions;
import io.millrace.server.model.OnnxGraph;
import io.millrace.server.recommender.Bundle;
import io.millrace.server.recommender.RetrieverBatch;
import io.millrace.server.recommender.RetrieverRow;
import io.millrace.server.recommender.RetrieverSignature;
import java.nio.file.Path;
import java.util.List;

/** What a bundle's retriever does in this process, without network and strings. */
final class RawBaseline {
  private final Path file;
  private final Bundle bundle;
  private final List<RetrieverRow> rows;
  private final double seconds;

  /**
   * Over those rows.
   *
   * @param folder the bundle's
   * @param seconds for each measurement
   */
  RawBaseline(Path folder, Bundle bundle, List<RetrieverRow> rows, double seconds) {
    this.file = folder.resolve(Bundle.RETRIEVER_FILE);
    this.bundle = bundle;
    this.rows = rows;
    this.seconds = seconds;
  }

  /**
   * Measures every batch size in both ways of using the cores, one instance per core and one
   * instance on all cores, half of the time each.
   *
   * @return {@code results}, and the {@code best} of them
   */
  ObjectNode measure(List<Integer> batchSizes, int threads) {
    ObjectNode report = new ObjectMapper().createObjectNode();
    ArrayNode results = report.putArray("results");
    ObjectNode best = null;
    int layouts = threads == 1 ? 1 : 2;
    for (int layout = 0; layout < layouts; layout++) {
      int instances = layout == 0 ? threads : 1;
      int intraOp = layout == 0 ? 1 : threads;
      try (Graph graph = load(intraOp)) {
        for (int size : batchSizes) {
          ObjectNode result = run(graph, size, instances, seconds / layouts);
          result.put("intra_op_threads", intraOp);
          results.add(result);
          if (best == null
              || result.get("rows_per_s").asDouble() > best.get("rows_per_s").asDouble()) {
            best = result;
          }
        }
      }
    }
    report.set("best", best);
    return report;
  }

  /** One row at a time on one thread: what a lone caller waits for if there is no server. */
  ObjectNode single() {
    try (Graph graph = load(1)) {
      return run(graph, 1, 1, seconds);
    }
  }

  private Graph load(int intraOpThreads) {
    return OnnxGraph.load(file, new GraphOptions(ExecutionProvider.CPU, intraOpThreads));
  }

  private ObjectNode run(Graph graph, int batchSize, int instances, double length) {
    RetrieverSignature signature = RetrieverSignature.of(graph, file.toString());
    int k = bundle.manifest().k();
    return new ClosedLoop(
            () -> new RetrieverBatch(graph.newInstance(), signature, k), rows, batchSize)
        .run(instances, length);
  }
}
