package io.millrace.server.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Servers of several options, running ones, and the same model in process, in turns of a second or
 * so: what is said of two of them does not hang on how fast the machine was when.
 */
@Command(
    name = "turns",
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    sortOptions = false,
    description = {
      "Measures servers and the same model in process in turns, where the machine's speed changes.",
      "The first that is named is what the others are compared with. Example, batching on and off:"
          + " --in-process 2x32 --in-process 2x1 --server on= --server off=--max-batch=1"
    })
@SuppressWarnings("NullAway.Init")
final class TurnsBench implements Callable<Integer> {
  @Option(
      names = "--in-process",
      paramLabel = "INSTANCESxROWS",
      description = "The model in process, so many batches at a time of so many rows; repeatable.")
  private List<String> inProcess = List.of();

  @Option(
      names = "--server",
      paramLabel = "NAME=OPTIONS",
      description = "A server that is started with these options, separated by spaces; repeatable.")
  private Map<String, String> servers = new LinkedHashMap<>();

  @Option(
      names = "--url",
      paramLabel = "NAME=URL",
      description = "A server that runs, grpc://HOST:PORT or http://HOST:PORT; repeatable.")
  private Map<String, String> urls = new LinkedHashMap<>();

  @Option(
      names = "--padded",
      paramLabel = "NAME",
      description = "This server has turns with histories that are all filled up, too; repeatable.")
  private Set<String> padded = Set.of();

  @Option(names = "--model", paramLabel = "NAME", description = "Default: ${DEFAULT-VALUE}.")
  private String model = "recommender";

  @Mixin private final HistoryOptions histories = new HistoryOptions();

  @Mixin private final ServedVariant variant = new ServedVariant();

  @Option(
      names = "--callers",
      split = ",",
      paramLabel = "N",
      description = "Callers of each server; several are turns of their own. Default: 128.")
  private List<Integer> callers = List.of(128);

  @Option(
      names = "--half-load",
      description = "After each turn of callers, calls at half of the rate that they came to.")
  private boolean halfLoad;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Length of a turn. Default: ${DEFAULT-VALUE}.")
  private double seconds = 2;

  @Option(
      names = "--turns",
      paramLabel = "N",
      description = "Turns of each that are measured. Default: ${DEFAULT-VALUE}.")
  private int turns = 7;

  @Option(
      names = "--warm-up-turns",
      paramLabel = "N",
      description = "Turns of each before that. Default: ${DEFAULT-VALUE}.")
  private int warmUpTurns = 20;

  @Option(names = "--report", paramLabel = "FILE", description = "Write everything as JSON.")
  private @Nullable Path reportFile;

  @Mixin private final WorkFolder work = new WorkFolder();

  TurnsBench() {}

  @Override
  public Integer call() throws Exception {
    requireSense();
    ObjectNode report = new ObjectMapper().createObjectNode();
    Machine.describe(report.putObject("machine"));
    report.put("model", model).put("unranked", variant.unranked()).put("seconds", seconds);
    long failed;
    try (work) {
      failed = measure(report);
    }
    System.out.print(Turns.table(report.path("contestants")));
    Path json = reportFile;
    if (json != null) {
      ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
      Files.writeString(json, mapper.writeValueAsString(report) + "\n");
    }
    if (failed > 0) {
      System.err.println("bench turns: " + failed + " calls failed");
    }
    return failed == 0 ? 0 : 1;
  }

  private void requireSense() {
    if (!(seconds > 0) || turns < 1 || warmUpTurns < 0 || callers.stream().anyMatch(n -> n < 1)) {
      throw new IllegalArgumentException(
          String.format(
              "--seconds %s, --turns %d, --callers %s: all must be above 0; --warm-up-turns %d: not"
                  + " below",
              seconds, turns, callers, warmUpTurns));
    }
    if (inProcess.isEmpty() && servers.isEmpty() && urls.isEmpty()) {
      throw new IllegalArgumentException(
          "nobody takes turns; name some with --in-process, --server and --url");
    }
    for (String name : padded) {
      if (!servers.containsKey(name) && !urls.containsKey(name)) {
        throw new IllegalArgumentException(
            "--padded " + name + " is no server; name one that --server or --url names");
      }
    }
  }

  private long measure(ObjectNode report) throws Exception {
    try (Contestants contestants = new Contestants(model, histories, callers, halfLoad)) {
      for (String shape : inProcess) {
        contestants.addInProcess(shape);
      }
      Path repository = variant.repository(histories, work);
      for (Map.Entry<String, String> server : servers.entrySet()) {
        List<String> options = new ArrayList<>(List.of("--model-repository=" + repository));
        options.addAll(words(server.getValue()));
        Path log = work.path().resolve(server.getKey() + ".log");
        contestants.addServer(server.getKey(), options, log, padded.contains(server.getKey()));
      }
      for (Map.Entry<String, String> url : urls.entrySet()) {
        contestants.addRunning(url.getKey(), url.getValue(), padded.contains(url.getKey()));
      }
      Turns all = new Turns(contestants.all(), System.err::println);
      all.warmUp(warmUpTurns, seconds);
      all.measure(turns, seconds);
      all.write(report.putArray("contestants"));
      return all.failed();
    }
  }

  private static List<String> words(String options) {
    return options.isBlank() ? List.of() : List.of(options.strip().split("\\s+"));
  }
}
