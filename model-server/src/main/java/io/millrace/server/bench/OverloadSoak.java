package io.millrace.server.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.millrace.schemas.FeatureSchema;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferResponse;
import io.millrace.server.recommender.Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Finds how many calls a second a recommender answers, and then offers a multiple of that, at the
 * times when they are due whatever has become of those before. Prints one JSON object.
 */
@Command(
    name = "overload-soak",
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    description = "Offers a server more than it can do. Prints one JSON object.")
@SuppressWarnings("NullAway.Init")
public final class OverloadSoak implements Callable<Integer> {
  private static final int MOST_IN_FLIGHT = 20_000;
  private static final int HEAP_MB = 256;
  private static final long CAPACITY_DEADLINE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final double NANOS_PER_SECOND = 1e9;

  @Option(
      names = "--bundle",
      required = true,
      paramLabel = "DIR",
      description = "Version folder of a recommender; config.pbtxt lies beside it.")
  private Path bundle;

  @Option(
      names = "--rows",
      required = true,
      paramLabel = "FILE",
      description = "One history per line, item indices separated by commas, oldest first.")
  private Path rows;

  @Option(
      names = "--work",
      required = true,
      paramLabel = "DIR",
      description = "Empty folder for the repository and the server's log.")
  private Path work;

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
      description = "Before anything is measured. Default: ${DEFAULT-VALUE}.")
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

  private final Semaphore room = new Semaphore(MOST_IN_FLIGHT);

  private OverloadSoak() {}

  /** Measures and prints. Exits with 1 if a call failed for another reason than overload. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** As {@link #main}, without exiting. */
  static int run(String... args) {
    return new CommandLine(new OverloadSoak()).execute(args);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Bundle read = Bundle.read(bundle, FeatureSchema.hash());
    RecommenderCalls calls = new RecommenderCalls(read);
    List<ModelInferRequest> requests =
        HistoryFile.read(rows, read.manifest().maxHistory()).stream().map(calls::of).toList();
    Path repository = Files.createDirectories(work.resolve("models"));
    new TwinBundles(bundle, repository).add(1);
    try (ServerProcess server =
        ServerProcess.start(
            HEAP_MB, work.resolve("server.log"), List.of("--model-repository=" + repository))) {
      ManagedChannel channel = server.channel();
      try {
        GRPCInferenceServiceStub client = GRPCInferenceServiceGrpc.newStub(channel);
        capacity(client, requests, warmUpSeconds);
        double capacity = capacity(client, requests, capacitySeconds);
        ObjectNode report = new ObjectMapper().createObjectNode();
        report.put("capacity_per_s", capacity);
        report.put("resident_mb_before", server.residentMegabytes());
        Outcomes outcomes = overload(client, requests, capacity * factor, report);
        report.put("resident_mb_after", server.residentMegabytes());
        report.put("goodput_per_s", outcomes.answersInTime() / seconds);
        outcomes.report(report);
        report.put("capacity_afterwards_per_s", capacity(client, requests, capacitySeconds));
        System.out.println(report);
        return outcomes.failures() == 0 ? 0 : 1;
      } finally {
        channel.shutdownNow();
      }
    }
  }

  /** Answers a second with as many calls in flight as there are callers, all the time. */
  private double capacity(
      GRPCInferenceServiceStub client, List<ModelInferRequest> requests, double length)
      throws InterruptedException {
    Outcomes outcomes = new Outcomes();
    Semaphore free = new Semaphore(callers);
    long start = System.nanoTime();
    long end = start + (long) (length * NANOS_PER_SECOND);
    for (int i = 0; System.nanoTime() < end; i++) {
      free.acquire();
      client
          .withDeadlineAfter(CAPACITY_DEADLINE_NANOS, TimeUnit.NANOSECONDS)
          .modelInfer(
              requests.get(i % requests.size()),
              new Call(System.nanoTime(), CAPACITY_DEADLINE_NANOS, outcomes, free));
    }
    free.acquire(callers);
    double elapsed = (System.nanoTime() - start) / NANOS_PER_SECOND;
    if (outcomes.answersInTime() == 0) {
      throw new IllegalStateException(
          "no call was answered in " + elapsed + " s; " + work.resolve("server.log") + " says why");
    }
    return outcomes.answersInTime() / elapsed;
  }

  private Outcomes overload(
      GRPCInferenceServiceStub client,
      List<ModelInferRequest> requests,
      double perSecond,
      ObjectNode report)
      throws InterruptedException {
    Outcomes outcomes = new Outcomes();
    long calls = (long) (perSecond * seconds);
    long deadline = TimeUnit.MILLISECONDS.toNanos(deadlineMillis);
    long notSent = 0;
    long start = System.nanoTime();
    for (long i = 0; i < calls; i++) {
      long due = start + (long) (i / perSecond * NANOS_PER_SECOND);
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      if (room.tryAcquire()) {
        ModelInferRequest request = requests.get((int) (i % requests.size()));
        client
            .withDeadlineAfter(deadline, TimeUnit.NANOSECONDS)
            .modelInfer(request, new Call(due, deadline, outcomes, room));
      } else {
        notSent++;
      }
    }
    double elapsed = (System.nanoTime() - start) / NANOS_PER_SECOND;
    room.acquire(MOST_IN_FLIGHT);
    report.put("seconds", elapsed);
    report.put("offered_per_s", calls / elapsed);
    report.put("deadline_ms", deadlineMillis);
    report.put("not_sent", notSent);
    return outcomes;
  }

  /** Waits for one answer. */
  private static final class Call implements StreamObserver<ModelInferResponse> {
    private final long due;
    private final long deadlineNanos;
    private final Outcomes outcomes;
    private final Semaphore free;

    Call(long due, long deadlineNanos, Outcomes outcomes, Semaphore free) {
      this.due = due;
      this.deadlineNanos = deadlineNanos;
      this.outcomes = outcomes;
      this.free = free;
    }

    @Override
    public void onNext(ModelInferResponse response) {
      outcomes.answered(System.nanoTime() - due, deadlineNanos);
    }

    @Override
    public void onError(Throwable failure) {
      outcomes.failed(Status.fromThrowable(failure).getCode());
      free.release();
    }

    @Override
    public void onCompleted() {
      free.release();
    }
  }
}
