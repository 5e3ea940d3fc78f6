package io.millrace.flink.inference;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.millrace.flink.inference.RecommendFailure.Reason;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One attempt to have a request answered, by one server, whose breaker hears how it went. */
final class Exchange extends ClientCall.Listener<ModelInferResponse> {
  /** Takes the outcome: one answer for each call, or a failure. */
  @FunctionalInterface
  interface Outcome {
    /** Called once, as a rule on the connection's thread. */
    void accept(@Nullable List<RecommendAnswer> answers, @Nullable RecommendFailure failure);
  }

  private final ServerLink server;
  private final List<PendingCall> calls;
  private final LongSupplier nanoClock;
  private final Outcome outcome;
  private final long startNanos;
  private final long grantedNanos;
  private final ClientCall<ModelInferRequest, ModelInferResponse> wire;
  private boolean started;
  private volatile boolean cancelled;
  private @Nullable ModelInferResponse message;
  private boolean several;

  /**
   * An exchange that is not started yet.
   *
   * @param server the right to send it a request was acquired
   * @param calls that share the request; the earliest deadline among theirs is its own
   */
  Exchange(
      ServerLink server,
      List<PendingCall> calls,
      CallOptions options,
      LongSupplier nanoClock,
      Outcome outcome) {
    this.server = server;
    this.calls = calls;
    this.nanoClock = nanoClock;
    this.outcome = outcome;
    this.startNanos = nanoClock.getAsLong();
    long left = Long.MAX_VALUE;
    for (PendingCall call : calls) {
      left = Math.min(left, call.deadlineNanos() - startNanos);
    }
    this.grantedNanos = left;
    this.wire =
        server
            .channel()
            .newCall(
                GRPCInferenceServiceGrpc.getModelInferMethod(),
                options.withDeadlineAfter(left, TimeUnit.NANOSECONDS));
  }

  void start(ModelInferRequest request) {
    synchronized (this) {
      if (!cancelled) {
        started = true;
        wire.start(this, new Metadata());
        wire.sendMessage(request);
        wire.halfClose();
        // One more than there should be, so that a second message is noticed.
        wire.request(2);
        return;
      }
    }
    onClose(Status.CANCELLED, new Metadata());
  }

  /** Ends it; its outcome is a failure, if there was none yet. */
  void cancel() {
    synchronized (this) {
      cancelled = true;
      if (!started) {
        return;
      }
    }
    wire.cancel("no longer wanted", null);
  }

  @Override
  public void onMessage(ModelInferResponse received) {
    several = message != null;
    message = received;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (!status.isOk()) {
      end(null, CallStatus.failure(status));
      return;
    }
    List<RecommendAnswer> answers;
    try {
      if (message == null || several) {
        throw new BadAnswerException((several ? "several messages" : "no message") + " came");
      }
      answers = AnswerDecoder.decode(message, calls);
    } catch (BadAnswerException e) {
      end(null, new RecommendFailure(Reason.BAD_ANSWER, String.valueOf(e.getMessage())));
      return;
    }
    end(answers, null);
  }

  private void end(@Nullable List<RecommendAnswer> answers, @Nullable RecommendFailure failure) {
    long took = nanoClock.getAsLong() - startNanos;
    server.ended(failure == null ? null : failure.reason(), cancelled, grantedNanos, took);
    outcome.accept(answers, failure);
  }
}
