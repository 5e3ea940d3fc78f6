package io.millrace.flink.inference;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.millrace.flink.inference.RecommendFailure.Reason;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc;
import io.millrace.schemas.inference.ModelInferRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a model server over gRPC, in the Open Inference Protocol.
 *
 * <p>A call fails at once when no server can be reached: waiting for one would use up the time in
 * which a lower rung can still answer. Under load calls share requests, see {@link CallQueue}; a
 * request that is refused, or whose answer makes no sense, is made again call by call, so that one
 * bad call fails alone. The deadline travels to the server, and holds here also when the server is
 * silent. Futures complete on the connection's own thread; what depends on them must be short.
 */
public final class GrpcRecommender implements Recommender {
  private final RequestEncoder encoder;
  private final ServerChannels channels;
  private final FailureLog failures;
  private final CallQueue queue;
  private final LongSupplier nanoClock;

  /** Above zero while a thread is sending; others leave their calls to it. */
  private final AtomicInteger toSend = new AtomicInteger();

  /** Connects when first called. */
  public GrpcRecommender(GrpcSettings settings) {
    this(settings, System::nanoTime);
  }

  GrpcRecommender(GrpcSettings settings, LongSupplier nanoClock) {
    this.encoder = new RequestEncoder(settings.model());
    this.channels = new ServerChannels(settings, nanoClock);
    this.failures = new FailureLog(nanoClock);
    this.queue =
        new CallQueue(
            settings.maxRequestsPerServer() * settings.targets().size(),
            settings.maxListsPerRequest());
    this.nanoClock = nanoClock;
  }

  @Override
  public CompletableFuture<RecommendAnswer> recommend(RecommendCall call, Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      return CompletableFuture.failedFuture(
          failed(new RecommendFailure(Reason.DEADLINE, "no time left before the call")));
    }
    PendingCall pending = new PendingCall(call, nanoClock.getAsLong() + timeout.toNanos());
    queue.add(pending);
    sendWaiting();
    return pending;
  }

  /** A request that fails at once ends in here again, so this loops rather than nests. */
  private void sendWaiting() {
    int seen = toSend.incrementAndGet();
    if (seen != 1) {
      return;
    }
    List<PendingCall> expired = new ArrayList<>();
    do {
      while (true) {
        long now = nanoClock.getAsLong();
        List<PendingCall> batch = queue.next(now, expired);
        for (PendingCall call : expired) {
          fail(call, new RecommendFailure(Reason.DEADLINE, "no time left before its turn"));
        }
        expired.clear();
        if (batch.isEmpty()) {
          break;
        }
        send(batch, now);
      }
      seen = toSend.addAndGet(-seen);
    } while (seen != 0);
  }

  private void send(List<PendingCall> batch, long now) {
    ModelInferRequest request;
    try {
      request = encoder.encode(batch);
    } catch (RuntimeException e) {
      ended(batch, null, new RecommendFailure(Reason.REJECTED, "not sent: " + e.getMessage()));
      return;
    }
    long left = Long.MAX_VALUE;
    for (PendingCall call : batch) {
      left = Math.min(left, call.deadlineNanos() - now);
    }
    ManagedChannel channel = channels.next();
    new Exchange(
            channel.newCall(
                GRPCInferenceServiceGrpc.getModelInferMethod(),
                CallOptions.DEFAULT.withDeadlineAfter(left, TimeUnit.NANOSECONDS)),
            batch,
            (answers, failure) -> ended(batch, answers, failure))
        .start(request);
  }

  /** Either the answers or a failure; any thread. */
  private void ended(
      List<PendingCall> batch,
      @Nullable List<RecommendAnswer> answers,
      @Nullable RecommendFailure failure) {
    if (failure != null && batch.size() > 1 && mayBeOneCallsFault(failure)) {
      queue.addFirst(
          batch.stream().filter(call -> !call.isDone()).map(PendingCall::byItself).toList());
    } else {
      for (int i = 0; i < batch.size(); i++) {
        if (answers != null) {
          batch.get(i).complete(answers.get(i));
        } else if (failure != null) {
          fail(batch.get(i), failure);
        }
      }
    }
    queue.ended();
    sendWaiting();
  }

  private static boolean mayBeOneCallsFault(RecommendFailure failure) {
    return failure.reason() == Reason.REJECTED || failure.reason() == Reason.BAD_ANSWER;
  }

  private void fail(PendingCall call, RecommendFailure failure) {
    if (call.completeExceptionally(failure)) {
      failures.log(failure);
    }
  }

  private RecommendFailure failed(RecommendFailure failure) {
    failures.log(failure);
    return failure;
  }

  @Override
  public void close() {
    channels.close();
  }
}
