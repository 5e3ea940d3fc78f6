package io.millrace.server.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.FeatureSchema;
import io.millrace.server.inference.Graph;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.model.ExecutionProvider;
import io.millrace.server.model.GraphOptions;
import io.millrace.server.model.OnnxGraph;
import io.millrace.server.recommender.Bundle;
import io.millrace.server.recommender.RetrieverBatch;
import io.millrace.server.recommender.RetrieverRow;
import io.millrace.server.recommender.RetrieverSignature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What a bundle's retriever does in process, without network and strings: the baseline that the
 * whole path is compared with.
 *
 * <p>For every batch size it runs both ways of using the cores, one instance per core and one
 * instance on all cores, over the same rows. Prints one JSON object.
 */
@Command(
    name = "raw-inference-benchmark",
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    description = "Measures a bundle's retriever in process. Prints one JSON object.")
@SuppressWarnings("NullAway.Init")
public final class RawInferenceBenchmark implements Callable<Integer> {
  @Option(
      names = "--bundle",
      required = true,
      paramLabel = "DIR",
      description = "Version folder of a recommender.")
  private Path bundle;

  @Option(
      names = "--rows",
      required = true,
      paramLabel = "FILE",
      description = "One history per line, item indices separated by commas, oldest first.")
  private Path rows;

  @Option(
      names = "--batch-sizes",
      split = ",",
      paramLabel = "ROWS",
      description = "Default: 1,2,4,8,16,32,64.")
  private List<Integer> batchSizes = List.of(1, 2, 4, 8, 16, 32, 64);

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Cores to use. Default here: ${DEFAULT-VALUE}.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Time for each batch size. Default: ${DEFAULT-VALUE}.")
  private double seconds = 2;

  private RawInferenceBenchmark() {}

  /** Measures and prints. Exits with 1 if the bundle or the rows cannot be used. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new RawInferenceBenchmark()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    try {
      requirePositive();
      Bundle read = Bundle.read(bundle, FeatureSchema.hash());
      List<RetrieverRow> histories = HistoryFile.read(rows, read.manifest().maxHistory());
      ObjectNode report = new ObjectMapper().createObjectNode();
      report.put("bundle_version", read.version());
      report.put("rows", histories.size());
      report.put("threads", threads);
      measure(read, histories, report);
      System.out.println(report);
      return 0;
    } catch (ModelLoadException | IllegalArgumentException e) {
      System.err.println("raw-inference-benchmark: " + e.getMessage());
      return 1;
    }
  }

  private void requirePositive() {
    if (threads < 1 || !(seconds > 0) || batchSizes.stream().anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException(
          String.format(
              "--threads %d, --seconds %s, --batch-sizes %s: all must be above 0",
              threads, seconds, batchSizes));
    }
  }

  private void measure(Bundle read, List<RetrieverRow> histories, ObjectNode report) {
    ArrayNode results = report.putArray("results");
    ObjectNode best = null;
    int layouts = threads == 1 ? 1 : 2;
    for (int layout = 0; layout < layouts; layout++) {
      int instances = layout == 0 ? threads : 1;
      int intraOp = layout == 0 ? 1 : threads;
      Path file = bundle.resolve(Bundle.RETRIEVER_FILE);
      try (Graph graph = OnnxGraph.load(file, new GraphOptions(ExecutionProvider.CPU, intraOp))) {
        RetrieverSignature signature = RetrieverSignature.of(graph, file.toString());
        for (int size : batchSizes) {
          ClosedLoop loop =
              new ClosedLoop(
                  () -> new RetrieverBatch(graph.newInstance(), signature, read.manifest().k()),
                  histories,
                  size);
          ObjectNode result = loop.run(instances, seconds / layouts);
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
  }
}
