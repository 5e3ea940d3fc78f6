package io.millrace.server.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferResponse;
import io.millrace.schemas.inference.RepositoryModelLoadRequest;
import io.millrace.server.recommender.Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Changes the version of a recommender over and over while callers keep it busy, and counts calls
 * that failed, answers that were not those of the version that they name, and what memory became of
 * it. Prints one JSON object.
 */
@Command(
    name = "swap",
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    description = "Swaps versions under full load. Prints one JSON object.")
@SuppressWarnings("NullAway.Init")
public final class SwapSoak implements Callable<Integer> {
  private static final int EARLY = 10;
  private static final int SAMPLE_EVERY = 100;
  private static final int HEAP_MB = 256;

  /** What each of these is answered by either version is known before the first swap. */
  private static final int MOST_HISTORIES = 64;

  @Mixin private final HistoryOptions histories = new HistoryOptions();

  @Mixin private final WorkFolder work = new WorkFolder();

  @Option(names = "--swaps", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int swaps = 1_000;

  @Option(names = "--callers", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int callers = 32;

  @Option(
      names = "--warm-up-calls",
      paramLabel = "N",
      description =
          "Calls that are answered before the first swap, so that the server has its compiled code."
              + " Default: ${DEFAULT-VALUE}.")
  private int warmUpCalls = 20_000;

  private final VersionedAnswers expected = new VersionedAnswers();
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong mixed = new AtomicLong();

  /** Calls that have yet to end before the first swap. */
  private CountDownLatch warm = new CountDownLatch(0);

  private volatile boolean stopping;

  SwapSoak() {}

  /** Exits with 1 if a call failed or an answer was mixed. */
  @Override
  public Integer call() throws IOException, InterruptedException {
    warm = new CountDownLatch(warmUpCalls);
    Bundle read = histories.bundle();
    RecommenderCalls calls = new RecommenderCalls(TwinBundles.MODEL, read);
    List<ModelInferRequest> requests =
        histories.read(read).stream().limit(MOST_HISTORIES).map(calls::of).toList();
    try (work) {
      Path repository = Files.createDirectories(work.path().resolve("models"));
      TwinBundles twins = new TwinBundles(histories.folder(), repository);
      twins.add(1);
      List<String> options =
          List.of(
              "--model-repository=" + repository,
              "--model-control-mode=explicit",
              "--load-model=" + TwinBundles.MODEL);
      Path log = work.path().resolve("server.log");
      try (ServerProcess server = ServerProcess.start(HEAP_MB, log, options)) {
        ManagedChannel channel = server.channel();
        try {
          ObjectNode report = soak(server, channel, twins, requests);
          System.out.println(report.toPrettyString());
          return failed.get() + mixed.get() == 0 ? 0 : 1;
        } finally {
          channel.shutdownNow();
        }
      }
    }
  }

  private ObjectNode soak(
      ServerProcess server,
      ManagedChannel channel,
      TwinBundles twins,
      List<ModelInferRequest> requests)
      throws IOException, InterruptedException {
    GRPCInferenceServiceBlockingStub control = GRPCInferenceServiceGrpc.newBlockingStub(channel);
    learn(control, requests);
    twins.add(2);
    load(control);
    learn(control, requests);
    expected.requireDifferent();
    CountDownLatch done = new CountDownLatch(callers);
    GRPCInferenceServiceStub client = GRPCInferenceServiceGrpc.newStub(channel);
    for (int i = 0; i < callers; i++) {
      new Caller(client, requests, done).send();
    }
    ObjectNode report = new ObjectMapper().createObjectNode();
    Machine.describe(report.putObject("machine"));
    ArrayNode memory = report.putArray("resident_mb_every_" + SAMPLE_EVERY);
    System.err.println("warming up: " + warmUpCalls + " calls");
    warm.await();
    long start = System.nanoTime();
    for (int swap = 1; swap <= swaps; swap++) {
      twins.add(swap + 2);
      load(control);
      twins.remove(swap + 1);
      if (swap == EARLY) {
        report.put("resident_mb_after_" + EARLY, server.residentMegabytes());
      }
      if (swap % SAMPLE_EVERY == 0) {
        memory.add(server.residentMegabytes());
        System.err.printf("%,d swaps, %,d answers%n", swap, answered.get());
      }
    }
    report.put("resident_mb_at_end", server.residentMegabytes());
    report.put("seconds", (System.nanoTime() - start) / 1_000_000_000);
    stopping = true;
    done.await();
    report.put("swaps", swaps);
    report.put("callers", callers);
    report.put("answered", answered.get());
    report.put("failed", failed.get());
    report.put("mixed", mixed.get());
    report.put("heap_mb", HEAP_MB);
    return report;
  }

  private void learn(GRPCInferenceServiceBlockingStub control, List<ModelInferRequest> requests) {
    for (ModelInferRequest request : requests) {
      expected.add(control.modelInfer(request));
    }
  }

  private static void load(GRPCInferenceServiceBlockingStub control) {
    RepositoryModelLoadRequest request =
        RepositoryModelLoadRequest.newBuilder().setModelName(TwinBundles.MODEL).build();
    control.repositoryModelLoad(request);
  }

  /** One caller: its next call goes out when the last one has been answered. */
  private final class Caller implements StreamObserver<ModelInferResponse> {
    private final GRPCInferenceServiceStub client;
    private final List<ModelInferRequest> requests;
    private final CountDownLatch done;
    private int asked;

    Caller(GRPCInferenceServiceStub client, List<ModelInferRequest> requests, CountDownLatch done) {
      this.client = client;
      this.requests = requests;
      this.done = done;
    }

    void send() {
      asked = (int) (next.getAndIncrement() % requests.size());
      client.modelInfer(requests.get(asked), this);
    }

    @Override
    public void onNext(ModelInferResponse response) {
      answered.incrementAndGet();
      if (!expected.agrees(asked, response)) {
        mixed.incrementAndGet();
      }
    }

    @Override
    public void onError(Throwable failure) {
      failed.incrementAndGet();
      proceed();
    }

    @Override
    public void onCompleted() {
      proceed();
    }

    private void proceed() {
      warm.countDown();
      if (stopping) {
        done.countDown();
      } else {
        send();
      }
    }
  }
}
