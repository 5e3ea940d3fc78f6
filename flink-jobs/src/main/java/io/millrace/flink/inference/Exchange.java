package io.millrace.flink.inference;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.millrace.flink.inference.RecommendFailure.Reason;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One request on its way, with the calls that share it. Cancelled when none of them is wanted. */
final class Exchange extends ClientCall.Listener<ModelInferResponse> {
  /** Takes the outcome: one answer for each call, or a failure. */
  @FunctionalInterface
  interface Outcome {
    /** Called once, on the connection's thread. */
    void accept(@Nullable List<RecommendAnswer> answers, @Nullable RecommendFailure failure);
  }

  private final ClientCall<ModelInferRequest, ModelInferResponse> wire;
  private final List<PendingCall> calls;
  private final Outcome outcome;
  private final AtomicInteger wanted;
  private @Nullable ModelInferResponse message;
  private boolean several;

  Exchange(
      ClientCall<ModelInferRequest, ModelInferResponse> wire,
      List<PendingCall> calls,
      Outcome outcome) {
    this.wire = wire;
    this.calls = calls;
    this.outcome = outcome;
    this.wanted = new AtomicInteger(calls.size());
  }

  void start(ModelInferRequest request) {
    wire.start(this, new Metadata());
    wire.sendMessage(request);
    wire.halfClose();
    // One more than there should be, so that a second message is noticed.
    wire.request(2);
    for (PendingCall call : calls) {
      call.onCancel(this::oneLess);
    }
  }

  private void oneLess() {
    if (wanted.decrementAndGet() == 0) {
      wire.cancel("no longer wanted", null);
    }
  }

  @Override
  public void onMessage(ModelInferResponse received) {
    several = message != null;
    message = received;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (!status.isOk()) {
      outcome.accept(null, CallStatus.failure(status));
      return;
    }
    List<RecommendAnswer> answers;
    try {
      if (message == null || several) {
        throw new BadAnswerException((several ? "several messages" : "no message") + " came");
      }
      answers = AnswerDecoder.decode(message, calls);
    } catch (BadAnswerException e) {
      outcome.accept(null, new RecommendFailure(Reason.BAD_ANSWER, String.valueOf(e.getMessage())));
      return;
    }
    outcome.accept(answers, null);
  }
}
