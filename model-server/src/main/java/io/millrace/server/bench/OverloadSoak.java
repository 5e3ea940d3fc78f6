package io.millrace.server.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
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

  @Option(names = "--seconds", paramLabel = "S", description = "Default: ${DEFAULT-VALUE}.")
  private double seconds = 120;

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
        LoadResult overload = measure(server, requests, report);
        System.out.println(report.toPrettyString());
        return overload.failed() == 0 ? 0 : 1;
      }
    }
  }

  private LoadResult measure(
      ServerProcess server, List<ModelInferRequest> requests, ObjectNode report)
      throws IOException, InterruptedException {
    Duration deadline = Duration.ofMillis(deadlineMillis);
    try (Target patient = new GrpcTarget(server.grpc(), requests, CAPACITY_DEADLINE);
        Target hurried = new GrpcTarget(server.grpc(), requests, deadline)) {
      warmUp(patient, hurried);
      double before =
          new FixedCallers(patient, callers, LoadClock.SYSTEM).run(capacitySeconds).perSecond();
      progress(String.format("%,.0f calls/s are answered; offering %s times that", before, factor));
      report.put("capacity_per_s", before);
      report.put("resident_mb_before", server.residentMegabytes());
      ObjectNode overloaded = report.putObject("overload");
      overloaded.put("offered_per_s", before * factor).put("deadline_ms", deadlineMillis);
      LoadResult overload =
          new FixedRate(hurried, before * factor, MOST_IN_FLIGHT, LoadClock.SYSTEM)
              .run(seconds, deadline);
      overload.write(overloaded);
      report.put("resident_mb_after", server.residentMegabytes());
      double after =
          new FixedCallers(patient, callers, LoadClock.SYSTEM).run(capacitySeconds).perSecond();
      report.put("capacity_afterwards_per_s", after);
      double goodput = overload.inTime() / seconds;
      report.put("goodput_per_s", goodput);
      report.put("goodput_of_capacity", goodput / before);
      return overload;
    }
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
