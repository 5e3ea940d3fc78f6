package io.millrace.server.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.recommender.Bundle;
import io.millrace.server.recommender.RetrieverRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What ranking costs: the whole recommender in process, from ids to ids, with its ranker at several
 * numbers of candidates beside the same bundle without one. All take turns in one run, so that
 * their ratio means something where the machine's speed changes.
 */
@Command(
    name = "ranking",
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    description = {
      "Measures a recommender in process with its ranker and without, in turns. Prints one JSON"
          + " object.",
      "The quotas of its sources are scaled until a row has about as many candidates as asked for."
    })
@SuppressWarnings("NullAway.Init")
final class RankingBench implements Callable<Integer> {
  @Mixin private final HistoryOptions histories = new HistoryOptions();

  @Mixin private final WorkFolder work = new WorkFolder();

  @Option(
      names = "--candidates",
      split = ",",
      paramLabel = "N",
      description = "Candidates of a row, on average. Default: 100,250,500.")
  private List<Integer> candidates = List.of(100, 250, 500);

  @Option(
      names = "--batch",
      paramLabel = "ROWS",
      description = "Rows of a batch. Default: ${DEFAULT-VALUE}.")
  private int batch = 16;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Batches computed at the same time. Default here: ${DEFAULT-VALUE}.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Time of each turn. Default: ${DEFAULT-VALUE}.")
  private double seconds = 1;

  @Option(
      names = "--turns",
      paramLabel = "N",
      description = "Turns that count; as many come before them. Default: ${DEFAULT-VALUE}.")
  private int turns = 5;

  @Option(names = "--report", paramLabel = "FILE", description = "Write the object there, too.")
  private @Nullable Path reportFile;

  RankingBench() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (batch < 1 || threads < 1 || turns < 1 || !(seconds > 0)) {
      throw new IllegalArgumentException(
          String.format(
              "--batch %d, --threads %d, --turns %d, --seconds %s: all must be above 0",
              batch, threads, turns, seconds));
    }
    Bundle bundle = histories.bundle();
    if (bundle.manifest().ranker() == null) {
      throw new IllegalArgumentException(
          "--bundle " + histories.folder() + " has no ranker; name one that has");
    }
    List<RetrieverRow> rows = histories.read(bundle);
    try (work) {
      RankedVariants variants = new RankedVariants(histories.folder(), work.path());
      RankingTrial trial = new RankingTrial(bundle, rows, batch, threads);
      trial.add("retrieval", variants.withoutRanker());
      for (int wanted : candidates) {
        Path variant = variants.withCandidates(wanted, trial::meanCandidates);
        trial.add("ranked_" + wanted, variant);
      }
      ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
      ObjectNode report = mapper.createObjectNode();
      report.put("bundle_version", bundle.version()).put("batch", batch).put("threads", threads);
      ArrayNode results = report.putArray("results");
      trial.measure(turns, seconds, results);
      String text = mapper.writeValueAsString(report);
      System.out.println(text);
      Path json = reportFile;
      if (json != null) {
        Files.writeString(json, text + "\n");
      }
      return 0;
    }
  }
}
