package io.millrace.server.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.bench.load.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Loads a server of the Open Inference Protocol, a closed loop for each number of callers and an
 * open loop at half of the best rate, and in the same run the same model in process, and peers with
 * the same calls. Without an address it starts a model server of its own.
 */
@Command(
    name = "server",
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    sortOptions = false,
    description = {
      "Loads a model server over gRPC and HTTP, and the same model in process, in one run.",
      "Without --url it starts a server of its own for the folder that --bundle lies in. Any server"
          + " of the Open Inference Protocol will do: a model that takes histories is sent those of"
          + " --rows or --data, any other what fits its metadata."
    })
@SuppressWarnings("NullAway.Init")
public final class ServerBench implements Callable<Integer> {
  private static final int HEAP_MB = 256;
  private static final int WARM_UP_CALLERS = 16;

  enum Protocol {
    GRPC,
    HTTP,
    BOTH
  }

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "grpc://HOST:PORT or http://HOST:PORT of a server that runs; may be repeated.")
  private List<String> urls = List.of();

  @Option(
      names = "--protocol",
      paramLabel = "P",
      description = "Of our own server: grpc, http or both. Default: both.")
  private Protocol protocol = Protocol.BOTH;

  @Option(names = "--model", paramLabel = "NAME", description = "Default: ${DEFAULT-VALUE}.")
  private String model = "recommender";

  @Mixin private final HistoryOptions histories = new HistoryOptions();

  @Mixin private final ServedVariant variant = new ServedVariant();

  @Option(
      names = "--padded",
      description = "Fill every history up to the longest that the model takes, to compare with.")
  private boolean padded;

  @Option(
      names = "--shape",
      paramLabel = "INPUT=SHAPE",
      description =
          "For a model that takes no histories, the shape of an input, like 1x128; may be repeated."
              + " Default: what its metadata says, with 1 for a dimension of any size.")
  private Map<String, String> shapes = Map.of();

  @Option(
      names = "--callers",
      split = ",",
      paramLabel = "N",
      description = "Closed loops to run. Default: 1,4,16,64,128.")
  private List<Integer> callers = List.of(1, 4, 16, 64, 128);

  @Option(
      names = "--rate",
      split = ",",
      paramLabel = "PER_S",
      description = "Open loops to run beside the one at half of the best closed one.")
  private List<Double> rates = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Time for each load. Default: ${DEFAULT-VALUE}.")
  private double seconds = 5;

  @Option(
      names = "--warm-up-seconds",
      paramLabel = "S",
      description = "Before each protocol is measured. Default: ${DEFAULT-VALUE}.")
  private double warmUpSeconds = 10;

  @Option(
      names = "--server-option",
      paramLabel = "OPTION",
      description = "Passed on to our own server, as --server-option=--max-batch=1; repeatable.")
  private List<String> serverOptions = List.of();

  @Option(
      names = "--peer",
      paramLabel = "NAME=URL",
      description = "Another server of the same model, sent the same calls; may be repeated.")
  private Map<String, String> peers = new LinkedHashMap<>();

  @Option(
      names = "--metrics",
      paramLabel = "URL",
      description = "Page of metrics of the server at --url, for the sizes of its batches.")
  private @Nullable String metrics;

  @Option(
      names = "--batch-sizes",
      split = ",",
      paramLabel = "ROWS",
      description = "Of the model in process. Default: 1,4,16,32,64.")
  private List<Integer> batchSizes = List.of(1, 4, 16, 32, 64);

  @Option(names = "--no-raw", description = "Leave out the model in process.")
  private boolean noRaw;

  @Option(names = "--report", paramLabel = "FILE", description = "Write everything as JSON.")
  private @Nullable Path reportFile;

  @Option(names = "--plot", paramLabel = "FILE", description = "Draw throughput and latency, SVG.")
  private @Nullable Path plotFile;

  @Mixin private final WorkFolder work = new WorkFolder();

  ServerBench() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    requirePositive();
    ObjectNode report = new ObjectMapper().createObjectNode();
    Machine.describe(report.putObject("machine"));
    report.put("model", model).put("unranked", variant.unranked()).put("padded", padded);
    report.put("seconds_per_load", seconds);
    report.put("server_options", String.join(" ", serverOptions));
    long failed;
    try (work) {
      failed = urls.isEmpty() ? ownServer(report) : otherServer(report);
    }
    System.out.print(new BenchTable(report).text());
    Path json = reportFile;
    if (json != null) {
      ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
      Files.writeString(json, mapper.writeValueAsString(report) + "\n");
    }
    Path svg = plotFile;
    if (svg != null) {
      Files.writeString(svg, new LoadPlot(report).svg());
    }
    if (failed > 0) {
      System.err.println("bench server: " + failed + " calls failed");
    }
    return failed == 0 ? 0 : 1;
  }

  private void requirePositive() {
    if (!(seconds > 0) || !(warmUpSeconds > 0) || callers.stream().anyMatch(n -> n < 1)) {
      throw new IllegalArgumentException(
          String.format(
              "--seconds %s, --warm-up-seconds %s, --callers %s: all must be above 0",
              seconds, warmUpSeconds, callers));
    }
    if (variant.unranked() && !urls.isEmpty()) {
      throw new IllegalArgumentException(
          "--unranked is of the server that is started here; leave it out with --url");
    }
  }

  private long ownServer(ObjectNode report) throws IOException, InterruptedException {
    List<String> options = new ArrayList<>(serverOptions);
    options.add("--model-repository=" + variant.repository(histories, work));
    Path log = work.path().resolve("server.log");
    try (ServerProcess server = ServerProcess.start(HEAP_MB, log, options)) {
      List<Endpoint> endpoints = new ArrayList<>();
      if (protocol != Protocol.HTTP) {
        endpoints.add(new Endpoint("grpc", server.grpc()));
      }
      if (protocol != Protocol.GRPC) {
        endpoints.add(new Endpoint("http", server.http()));
      }
      return measure(endpoints, new ServerUsage(server.pid(), server.metricsUrl(), model), report);
    }
  }

  private long otherServer(ObjectNode report) throws IOException, InterruptedException {
    List<Endpoint> endpoints = urls.stream().map(Endpoint::parse).toList();
    return measure(endpoints, new ServerUsage(0, metrics, model), report);
  }

  private long measure(List<Endpoint> endpoints, ServerUsage usage, ObjectNode report)
      throws IOException, InterruptedException {
    ModelCalls calls = ModelCalls.of(endpoints.get(0).metadata(model), histories, padded, shapes);
    report.put("different_calls", calls.requests().size());
    if (!calls.rows().isEmpty()) {
      report.put(
          "mean_history",
          calls.rows().stream().mapToInt(row -> row.items().length).average().orElseThrow());
    }
    long failed = 0;
    ObjectNode protocols = report.putObject("protocols");
    for (Endpoint endpoint : endpoints) {
      failed += trial(endpoint.protocol(), endpoint, calls, usage, protocols);
    }
    if (!calls.rows().isEmpty() && !noRaw) {
      progress("the model in process");
      RawBaseline raw =
          new RawBaseline(histories.folder(), histories.bundle(), calls.rows(), seconds);
      ObjectNode results = raw.measure(batchSizes, Runtime.getRuntime().availableProcessors());
      results.set("single", raw.single());
      report.set("raw", results);
    }
    ObjectNode beside = report.putObject("peers");
    for (Map.Entry<String, String> peer : peers.entrySet()) {
      ServerUsage unknown = new ServerUsage(0, null, model);
      Endpoint endpoint = Endpoint.parse(peer.getValue());
      failed += trial(peer.getKey(), endpoint, calls, unknown, beside);
    }
    Comparisons.add(report);
    return failed;
  }

  private long trial(
      String name, Endpoint endpoint, ModelCalls calls, ServerUsage usage, ObjectNode into)
      throws IOException, InterruptedException {
    try (Target target = endpoint.target(calls.requests());
        Target brief = endpoint.target(calls.brief())) {
      ServerTrial trial = new ServerTrial(name, target, usage, seconds, ServerBench::progress);
      trial.warmUp(brief, WARM_UP_CALLERS, warmUpSeconds);
      trial.warmUp(target, WARM_UP_CALLERS, seconds);
      trial.closed(callers);
      trial.halfLoad();
      for (double rate : rates) {
        trial.open("at_" + Math.round(rate) + "_per_s", rate);
      }
      trial.report().put("protocol", endpoint.protocol());
      into.set(name, trial.report());
      return trial.failed();
    }
  }

  private static void progress(String text) {
    System.err.println(text);
  }
}
