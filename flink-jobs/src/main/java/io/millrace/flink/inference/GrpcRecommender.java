package io.millrace.flink.inference;

import io.grpc.CallOptions;
import io.millrace.flink.inference.RecommendFailure.Reason;
import io.millrace.schemas.inference.ModelInferRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks model servers over gRPC, in the Open Inference Protocol.
 *
 * <p>A call fails at once when no server can be reached, or when all keep failing: waiting for one
 * would use up the time in which a lower rung can still answer. Under load calls share requests,
 * see {@link CallQueue}; a request that is refused, or whose answer makes no sense, is made again
 * call by call, so that one bad call fails alone. The deadline travels to the server, and holds
 * here also when the server is silent. Futures complete on the connection's own thread; what
 * depends on them must be short.
 */
public final class GrpcRecommender implements Recommender {
  /** Does things later. */
  @FunctionalInterface
  interface Later {
    /** Does it once, on any thread. */
    void after(Duration delay, Runnable task);
  }

  private final RequestEncoder encoder;
  private final ScheduledExecutorService timer;
  private final ServerPool servers;
  private final FailureLog failures;
  private final CallQueue queue;
  private final CallOptions options;
  private final Duration hedgeAfter;
  private final Later later;
  private final LongSupplier nanoClock;
  private final Queue<Request> hedges = new ConcurrentLinkedQueue<>();
  private final List<PendingCall> expired = new ArrayList<>();

  /** Above zero while a thread is sending; others leave their calls to it. */
  private final AtomicInteger toSend = new AtomicInteger();

  /**
   * Connects when first called.
   *
   * @throws IllegalArgumentException if a file of the settings cannot be read; the message names it
   */
  public GrpcRecommender(GrpcSettings settings) {
    this(settings, System::nanoTime, null);
  }

  GrpcRecommender(GrpcSettings settings, LongSupplier nanoClock, @Nullable Later later) {
    this.encoder = new RequestEncoder(settings.model());
    // Its thread starts with its first task: without encryption and hedging there is none.
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "model server timer");
              thread.setDaemon(true);
              return thread;
            });
    this.servers =
        new ServerPool(settings, new ServerChannels(settings.connection(), timer), nanoClock);
    this.failures = new FailureLog(nanoClock);
    this.queue = new CallQueue(settings.requests().maxLists());
    String tokenFile = settings.connection().tokenFile();
    this.options =
        tokenFile == null
            ? CallOptions.DEFAULT
            : CallOptions.DEFAULT.withCallCredentials(
                new BearerToken(Path.of(tokenFile), nanoClock));
    this.hedgeAfter =
        settings.targets().size() > 1 ? settings.requests().hedgeAfter() : Duration.ZERO;
    this.later = later == null ? this::afterOnTimer : later;
    this.nanoClock = nanoClock;
  }

  private void afterOnTimer(Duration delay, Runnable task) {
    var unused = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public CompletableFuture<RecommendAnswer> recommend(RecommendCall call, Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      RecommendFailure late = new RecommendFailure(Reason.DEADLINE, "no time left before the call");
      failures.log(late);
      return CompletableFuture.failedFuture(late);
    }
    PendingCall pending = new PendingCall(call, nanoClock.getAsLong() + timeout.toNanos());
    queue.add(pending);
    sendWaiting();
    return pending;
  }

  @Override
  public int serversLeftAlone() {
    return servers.open();
  }

  /** A request that fails at once ends in here again, so this loops rather than nests. */
  private void sendWaiting() {
    int seen = toSend.incrementAndGet();
    if (seen != 1) {
      return;
    }
    do {
      while (sendNext()) {
        // Until all are on their way, or as many as may be.
      }
      sendHedges();
      seen = toSend.addAndGet(-seen);
    } while (seen != 0);
  }

  /** Whether there may be more to send. */
  private boolean sendNext() {
    if (queue.isEmpty()) {
      return false;
    }
    ServerPool.Turn turn = servers.acquire(null);
    ServerLink server = turn.server();
    if (server == null) {
      if (!turn.full()) {
        RecommendFailure failure =
            new RecommendFailure(
                Reason.UNAVAILABLE, "not sent: every model server keeps failing and is left alone");
        queue.drain().forEach(call -> fail(call, failure));
      }
      return false;
    }
    List<PendingCall> batch = queue.next(nanoClock.getAsLong(), expired);
    for (PendingCall call : expired) {
      fail(call, new RecommendFailure(Reason.DEADLINE, "no time left before its turn"));
    }
    expired.clear();
    if (batch.isEmpty()) {
      server.unused();
    } else {
      send(batch, server);
    }
    return true;
  }

  private void send(List<PendingCall> batch, ServerLink server) {
    ModelInferRequest message;
    try {
      message = encoder.encode(batch);
    } catch (RuntimeException e) {
      server.unused();
      ended(batch, null, new RecommendFailure(Reason.REJECTED, "not sent: " + e.getMessage()));
      return;
    }
    Request request =
        new Request(
            message,
            batch,
            options,
            nanoClock,
            (answers, failure) -> ended(batch, answers, failure),
            this::sendWaiting);
    request.attempt(server);
    if (!hedgeAfter.isZero()) {
      later.after(hedgeAfter, () -> hedge(request));
    }
  }

  private void hedge(Request request) {
    if (request.isOpen()) {
      hedges.add(request);
      sendWaiting();
    }
  }

  /** A second attempt takes no place that a first one waits for. */
  private void sendHedges() {
    for (Request request = hedges.poll(); request != null; request = hedges.poll()) {
      if (request.isOpen() && queue.isEmpty()) {
        ServerLink other = servers.acquire(request.first()).server();
        if (other != null) {
          request.attempt(other);
        }
      }
    }
  }

  /** Either the answers or a failure; any thread. */
  private void ended(
      List<PendingCall> batch,
      @Nullable List<RecommendAnswer> answers,
      @Nullable RecommendFailure failure) {
    if (failure != null && batch.size() > 1 && mayBeOneCallsFault(failure)) {
      queue.addFirst(
          batch.stream().filter(call -> !call.isDone()).map(PendingCall::byItself).toList());
      return;
    }
    for (int i = 0; i < batch.size(); i++) {
      if (answers != null) {
        batch.get(i).complete(answers.get(i));
      } else if (failure != null) {
        fail(batch.get(i), failure);
      }
    }
  }

  private static boolean mayBeOneCallsFault(RecommendFailure failure) {
    return failure.reason() == Reason.REJECTED || failure.reason() == Reason.BAD_ANSWER;
  }

  private void fail(PendingCall call, RecommendFailure failure) {
    if (call.completeExceptionally(failure)) {
      failures.log(failure);
    }
  }

  @Override
  public void close() {
    servers.close();
    timer.shutdownNow();
  }
}
