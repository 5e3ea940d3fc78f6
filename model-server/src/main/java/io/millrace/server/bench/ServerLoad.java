package io.millrace.server.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.millrace.schemas.FeatureSchema;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferResponse;
import io.millrace.server.recommender.Bundle;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Calls a running server's recommender in a closed loop: a fixed number of callers, each with one
 * call in flight. Prints one JSON object.
 */
@Command(
    name = "server-load",
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    description = "Calls a server's recommender in a closed loop. Prints one JSON object.")
@SuppressWarnings("NullAway.Init")
public final class ServerLoad implements Callable<Integer> {
  private static final double WARM_UP_SHARE = 0.5;
  private static final double NANOS_PER_MICRO = 1e3;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int MOST_SAMPLES = 1 << 20;

  @Option(names = "--target", required = true, paramLabel = "HOST:PORT", description = "Server.")
  private String target;

  @Option(
      names = "--bundle",
      required = true,
      paramLabel = "DIR",
      description = "Version folder of the recommender, for its item ids.")
  private Path bundle;

  @Option(
      names = "--rows",
      required = true,
      paramLabel = "FILE",
      description = "One history per line, item indices separated by commas, oldest first.")
  private Path rows;

  @Option(names = "--callers", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int callers = 32;

  @Option(names = "--seconds", paramLabel = "S", description = "Default: ${DEFAULT-VALUE}.")
  private double seconds = 5;

  @Option(
      names = "--server-pid",
      paramLabel = "PID",
      description = "Also report the processor time that this process used per request.")
  private long serverPid;

  @Option(
      names = "--padded",
      description = "Fill every history up to the longest that the bundle takes, to compare with.")
  private boolean padded;

  private final AtomicInteger next = new AtomicInteger();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong computeMicros = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final long[] samples = new long[MOST_SAMPLES];

  private ServerLoad() {}

  /** Measures and prints. Exits with 1 if any call failed. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new ServerLoad()).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Bundle read = Bundle.read(bundle, FeatureSchema.hash());
    RecommenderCalls calls = new RecommenderCalls(read);
    List<ModelInferRequest> requests =
        HistoryFile.read(rows, read.manifest().maxHistory()).stream()
            .map(row -> padded ? HistoryFile.padded(row, read.manifest().maxHistory()) : row)
            .map(calls::of)
            .toList();
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(target).usePlaintext().directExecutor().build();
    try {
      GRPCInferenceServiceStub client = GRPCInferenceServiceGrpc.newStub(channel);
      phase(client, requests, seconds * WARM_UP_SHARE);
      answered.set(0);
      computeMicros.set(0);
      Duration before = serverCpu();
      double elapsed = phase(client, requests, seconds);
      Duration used = serverCpu().minus(before);
      System.out.println(report(elapsed, used));
      return failed.get() == 0 ? 0 : 1;
    } finally {
      channel.shutdownNow();
    }
  }

  private double phase(
      GRPCInferenceServiceStub client, List<ModelInferRequest> requests, double length)
      throws InterruptedException {
    long start = System.nanoTime();
    long end = start + (long) (length * NANOS_PER_SECOND);
    CountDownLatch done = new CountDownLatch(callers);
    for (int i = 0; i < callers; i++) {
      new Caller(client, requests, end, done).send();
    }
    done.await();
    return System.nanoTime() - start;
  }

  private Duration serverCpu() {
    return ProcessHandle.of(serverPid)
        .flatMap(process -> process.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }

  private ObjectNode report(double elapsed, Duration used) {
    int count = (int) Math.min(answered.get(), MOST_SAMPLES);
    long[] sorted = Arrays.copyOf(samples, count);
    Arrays.sort(sorted);
    ObjectNode report = new ObjectMapper().createObjectNode();
    report.put("callers", callers);
    report.put("padded", padded);
    report.put("answered", answered.get());
    report.put("failed", failed.get());
    report.put("requests_per_s", answered.get() / (elapsed / NANOS_PER_SECOND));
    report.put("p50_us", quantile(sorted, 0.5));
    report.put("p99_us", quantile(sorted, 0.99));
    report.put("mean_compute_us", computeMicros.get() / (double) Math.max(1, answered.get()));
    if (serverPid != 0) {
      report.put("server_core_us_per_request", used.toNanos() / NANOS_PER_MICRO / answered.get());
    }
    return report;
  }

  private static double quantile(long[] sorted, double q) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1, sorted.length * q)] / NANOS_PER_MICRO;
  }

  /** One caller: its next call goes out when the last one has been answered. */
  private final class Caller implements StreamObserver<ModelInferResponse> {
    private final GRPCInferenceServiceStub client;
    private final List<ModelInferRequest> requests;
    private final long end;
    private final CountDownLatch done;
    private long sent;

    Caller(
        GRPCInferenceServiceStub client,
        List<ModelInferRequest> requests,
        long end,
        CountDownLatch done) {
      this.client = client;
      this.requests = requests;
      this.end = end;
      this.done = done;
    }

    void send() {
      sent = System.nanoTime();
      client.modelInfer(requests.get(Math.floorMod(next.getAndIncrement(), requests.size())), this);
    }

    @Override
    public void onNext(ModelInferResponse response) {
      computeMicros.addAndGet(response.getParametersOrThrow("compute_us").getInt64Param());
      samples[(int) (answered.getAndIncrement() % MOST_SAMPLES)] = System.nanoTime() - sent;
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
      if (System.nanoTime() < end) {
        send();
      } else {
        done.countDown();
      }
    }
  }
}
