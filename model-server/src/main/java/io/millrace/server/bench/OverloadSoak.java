package io.millrace.server.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.server.bench.load.FixedCallers;
import io.millrace.server.bench.load.FixedRate;
import io.millrace.server.bench.load.GrpcTarget;
import io.millrace.server.bench.load.LoadClock;
import io.millrace.server.bench.load.LoadResult;
import io.millrace.server.bench.load.Target;
import io.millrace.server.recommender.Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Finds how many calls a second a recommender answers, and then offers a multiple of that, at the
 * times when they are due whatever has become of those before. Prints one JSON object.
 */
@Command(
    name = "overload",
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    description = "Offers a server more than it can do. Prints one JSON object.")
@SuppressWarnings("NullAway.Init")
public final class OverloadSoak implements Callable<Integer> {
  private static final int MOST_IN_FLIGHT = 20_000;
  private static final int HEAP_MB = 256;
  private static final Duration CAPACITY_DEADLINE = Duration.ofMinutes(1);

  @Mixin private final HistoryOptions histories = new HistoryOptions();

  @Mixin private final WorkFolder work = new WorkFolder();

  @Option(
      names = "--callers",
      paramLabel = "N",
      description = "Calls in flight while capacity is measured. Default: ${DEFAULT-VALUE}.")
  private int callers = 64;

  @Option(
      names = "--capacity-seconds",
      paramLabel = "S",
      description = "How long capacity is measured, before and after. Default: ${DEFAULT-VALUE}.")
  private double capacitySeconds = 20;

  @Option(
      names = "--warm-up-seconds",
      paramLabel = "S",
      description =
          "Before anything is measured, half of it overloaded. Default: ${DEFAULT-VALUE}.")
  private double warmUpSeconds = 60;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Of overload, in all. Default: ${DEFAULT-VALUE}.")
  private double seconds = 120;

  @Option(
      names = "--parts",
      paramLabel = "N",
      description =
          "Cut the overload into so many parts, with capacity measured between them, where the"
              + " machine's speed changes. Default: ${DEFAULT-VALUE}.")
  private int parts = 1;

  @Option(
      names = "--factor",
      paramLabel = "X",
      description = "Calls offered, in multiples of capacity. Default: ${DEFAULT-VALUE}.")
  private double factor = 3;

  @Option(
      names = "--deadline-ms",
      paramLabel = "MS",
      description = "Of every call under overload. Default: ${DEFAULT-VALUE}.")
  private long deadlineMillis = 200;

  OverloadSoak() {}

  /** Exits with 1 if a call failed for another reason than overload. */
  @Override
  public Integer call() throws IOException, InterruptedException {
    if (parts < 1) {
      throw new IllegalArgumentException("--parts " + parts + ": must be above 0");
    }
    Bundle read = histories.bundle();
    RecommenderCalls calls = new RecommenderCalls(TwinBundles.MODEL, read);
    List<ModelInferRequest> requests = histories.read(read).stream().map(calls::of).toList();
    try (work) {
      Path repository = Files.createDirectories(work.path().resolve("models"));
      new TwinBundles(histories.folder(), repository).add(1);
      Path log = work.path().resolve("server.log");
      try (ServerProcess server =
          ServerProcess.start(HEAP_MB, log, List.of("--model-repository=" + repository))) {
        ObjectNode report = new ObjectMapper().createObjectNode();
        Machine.describe(report.putObject("machine"));
        long failed = measure(server, requests, report);
        System.out.println(report.toPrettyString());
        return failed == 0 ? 0 : 1;
      }
    }
  }

  private long measure(ServerProcess server, List<ModelInferRequest> requests, ObjectNode report)
      throws IOException, InterruptedException {
    Duration deadline = Duration.ofMillis(deadlineMillis);
    try (Target patient = new GrpcTarget(server.grpc(), requests, CAPACITY_DEADLINE);
        Target hurried = new GrpcTarget(server.grpc(), requests, deadline)) {
      warmUp(patient, hurried);
      report.put("resident_mb_before", server.residentMegabytes());
      double capacity = capacity(patient);
      double capacities = 0;
      double goodputs = 0;
      long failed = 0;
      ArrayNode results = report.putArray("parts");
      for (int part = 0; part < parts; part++) {
        double rate = capacity * factor;
        progress(String.format("%,.0f calls/s are answered; offering %,.0f", capacity, rate));
        LoadResult overload =
            new FixedRate(hurried, rate, MOST_IN_FLIGHT, LoadClock.SYSTEM)
                .run(seconds / parts, deadline);
        double afterwards = capacity(patient);
        double around = (capacity + afterwards) / 2;
        double goodput = overload.inTime() / (seconds / parts);
        ObjectNode result = results.addObject();
        result.put("capacity_per_s", capacity).put("capacity_afterwards_per_s", afterwards);
        result.put("goodput_per_s", goodput).put("goodput_of_capacity", goodput / around);
        ObjectNode overloaded = result.putObject("overload");
        overloaded.put("offered_per_s", rate).put("deadline_ms", deadlineMillis);
        overload.write(overloaded);
        capacities += around;
        goodputs += goodput;
        failed += overload.failed();
        capacity = afterwards;
      }
      report.put("resident_mb_after", server.residentMegabytes());
      report.put("capacity_per_s", capacities / parts).put("goodput_per_s", goodputs / parts);
      report.put("goodput_of_capacity", goodputs / capacities);
      return failed;
    }
  }

  private double capacity(Target patient) throws InterruptedException {
    return new FixedCallers(patient, callers, LoadClock.SYSTEM).run(capacitySeconds).perSecond();
  }

  /** Half of the time overloaded, as generator and server have yet to compile what refuses. */
  private void warmUp(Target patient, Target hurried) throws InterruptedException {
    progress("warming up for " + warmUpSeconds + " s, half of it overloaded");
    double half = warmUpSeconds / 2;
    double rate = new FixedCallers(patient, callers, LoadClock.SYSTEM).run(half).perSecond();
    new FixedRate(hurried, rate * factor, MOST_IN_FLIGHT, LoadClock.SYSTEM)
        .run(half, Duration.ofMillis(deadlineMillis));
  }

  private static void progress(String text) {
    System.err.println(text);
  }
}
