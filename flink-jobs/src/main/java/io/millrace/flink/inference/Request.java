package io.millrace.flink.inference;

import io.grpc.CallOptions;
import io.millrace.schemas.inference.ModelInferRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A request with the calls that share it, and the attempts to have it answered: one, or with
 * hedging a second one elsewhere. The first answer counts, a failure only when no attempt is left;
 * cancelled when none of the calls is wanted.
 */
final class Request {
  private final ModelInferRequest message;
  private final List<PendingCall> calls;
  private final CallOptions options;
  private final LongSupplier nanoClock;
  private final Exchange.Outcome outcome;
  private final Runnable afterAttempt;
  private final AtomicInteger wanted;
  private final List<Exchange> attempts = new ArrayList<>(1);
  private @Nullable ServerLink first;
  private int running;
  private boolean settled;

  /**
   * A request that is not sent yet.
   *
   * @param options of every attempt, without a deadline
   * @param outcome called once
   * @param afterAttempt called after each attempt, when its server may be sent another request
   */
  Request(
      ModelInferRequest message,
      List<PendingCall> calls,
      CallOptions options,
      LongSupplier nanoClock,
      Exchange.Outcome outcome,
      Runnable afterAttempt) {
    this.message = message;
    this.calls = calls;
    this.options = options;
    this.nanoClock = nanoClock;
    this.outcome = outcome;
    this.afterAttempt = afterAttempt;
    this.wanted = new AtomicInteger(calls.size());
    for (PendingCall call : calls) {
      call.onCancel(this::oneLess);
    }
  }

  /** Sends it to a server; the right to do so was acquired. */
  void attempt(ServerLink server) {
    Exchange exchange = new Exchange(server, calls, options, nanoClock, this::attempted);
    synchronized (this) {
      if (first == null) {
        first = server;
      }
      running++;
      attempts.add(exchange);
    }
    if (wanted.get() == 0) {
      exchange.cancel();
    }
    exchange.start(message);
  }

  /** Whom it was sent to first. */
  synchronized @Nullable ServerLink first() {
    return first;
  }

  /** Whether a further attempt makes sense. */
  synchronized boolean isOpen() {
    return !settled && wanted.get() > 0;
  }

  private void attempted(
      @Nullable List<RecommendAnswer> answers, @Nullable RecommendFailure failure) {
    List<Exchange> others = List.of();
    boolean settles;
    synchronized (this) {
      running--;
      settles = !settled && (answers != null || running == 0);
      if (settles) {
        settled = true;
        others = running == 0 ? List.of() : List.copyOf(attempts);
      }
    }
    if (settles) {
      outcome.accept(answers, failure);
      others.forEach(Exchange::cancel);
    }
    afterAttempt.run();
  }

  private void oneLess() {
    if (wanted.decrementAndGet() == 0) {
      List<Exchange> all;
      synchronized (this) {
        all = List.copyOf(attempts);
      }
      all.forEach(Exchange::cancel);
    }
  }
}
