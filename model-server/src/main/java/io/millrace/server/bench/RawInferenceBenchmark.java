package io.millrace.server.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.recommender.Bundle;
import io.millrace.server.recommender.RetrieverRow;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What a bundle's retriever does in process, without network and strings: the baseline that the
 * whole path is compared with. Prints one JSON object.
 */
@Command(
    name = "raw",
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    description = "Measures a bundle's retriever in process. Prints one JSON object.")
@SuppressWarnings("NullAway.Init")
public final class RawInferenceBenchmark implements Callable<Integer> {
  @Mixin private final HistoryOptions histories = new HistoryOptions();

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

  RawInferenceBenchmark() {}

  /** Measures and prints. Exits with 1 if the bundle or the rows cannot be used. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new RawInferenceBenchmark()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    try {
      requirePositive();
      Bundle bundle = histories.bundle();
      List<RetrieverRow> rows = histories.read(bundle);
      ObjectNode report =
          new RawBaseline(histories.folder(), bundle, rows, seconds).measure(batchSizes, threads);
      report.put("bundle_version", bundle.version());
      report.put("rows", rows.size());
      report.put("threads", threads);
      System.out.println(report);
      return 0;
    } catch (ModelLoadException | IllegalArgumentException e) {
      System.err.println("bench raw: " + e.getMessage());
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
}
