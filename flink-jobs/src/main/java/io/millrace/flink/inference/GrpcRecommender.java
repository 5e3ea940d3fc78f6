package io.millrace.flink.inference;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.millrace.flink.inference.RecommendFailure.Reason;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a model server over gRPC, in the Open Inference Protocol.
 *
 * <p>A call fails at once when no server can be reached: waiting for one would use up the time in
 * which a lower rung can still answer. The deadline travels to the server, and holds here also when
 * the server is silent. Futures complete on the connection's own thread; what depends on them must
 * be short.
 */
public final class GrpcRecommender implements Recommender {
  private final RequestEncoder encoder;
  private final ServerChannels channels;
  private final FailureLog failures;

  /** Connects when first called. */
  public GrpcRecommender(GrpcSettings settings) {
    this(settings, System::nanoTime);
  }

  GrpcRecommender(GrpcSettings settings, LongSupplier nanoClock) {
    this.encoder = new RequestEncoder(settings.model());
    this.channels = new ServerChannels(settings, nanoClock);
    this.failures = new FailureLog(nanoClock);
  }

  @Override
  public CompletableFuture<RecommendAnswer> recommend(RecommendCall call, Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      return CompletableFuture.failedFuture(
          failed(new RecommendFailure(Reason.DEADLINE, "no time left before the call")));
    }
    ModelInferRequest request;
    try {
      request = encoder.encode(call);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(
          failed(new RecommendFailure(Reason.REJECTED, "not sent: " + e.getMessage())));
    }
    ClientCall<ModelInferRequest, ModelInferResponse> wire =
        channels
            .next()
            .newCall(
                GRPCInferenceServiceGrpc.getModelInferMethod(),
                CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS));
    Answer answer = new Answer(wire);
    wire.start(new AnswerListener(call, answer), new Metadata());
    wire.sendMessage(request);
    wire.halfClose();
    // One more than there should be, so that a second message is noticed.
    wire.request(2);
    return answer;
  }

  private RecommendFailure failed(RecommendFailure failure) {
    failures.log(failure);
    return failure;
  }

  @Override
  public void close() {
    channels.close();
  }

  /** Cancelling it cancels the call, which frees the server from computing. */
  private static final class Answer extends CompletableFuture<RecommendAnswer> {
    private final ClientCall<?, ?> wire;

    Answer(ClientCall<?, ?> wire) {
      this.wire = wire;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      if (cancelled) {
        wire.cancel("no longer wanted", null);
      }
      return cancelled;
    }
  }

  private final class AnswerListener extends ClientCall.Listener<ModelInferResponse> {
    private final RecommendCall call;
    private final CompletableFuture<RecommendAnswer> answer;
    private @Nullable ModelInferResponse message;
    private boolean several;

    AnswerListener(RecommendCall call, CompletableFuture<RecommendAnswer> answer) {
      this.call = call;
      this.answer = answer;
    }

    @Override
    public void onMessage(ModelInferResponse received) {
      several = message != null;
      message = received;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (answer.isDone()) {
        return;
      }
      if (!status.isOk()) {
        answer.completeExceptionally(failed(CallStatus.failure(status)));
        return;
      }
      try {
        answer.complete(decode());
      } catch (BadAnswerException e) {
        answer.completeExceptionally(
            failed(new RecommendFailure(Reason.BAD_ANSWER, String.valueOf(e.getMessage()))));
      }
    }

    private RecommendAnswer decode() {
      if (message == null || several) {
        throw new BadAnswerException((several ? "several messages" : "no message") + " came");
      }
      return AnswerDecoder.decode(message, call);
    }
  }
}
