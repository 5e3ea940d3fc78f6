package io.millrace.server.api;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.millrace.schemas.inference.InferParameter;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferResponse;
import io.millrace.schemas.inference.ModelStreamInferResponse;
import io.millrace.server.calls.CallRecord;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceResponse;
import io.millrace.server.inference.Responder;
import io.millrace.server.protocol.Caller;
import io.millrace.server.protocol.FailureText;
import io.millrace.server.protocol.InferenceCalls;
import io.millrace.server.protocol.ResponseWriter;
import org.jspecify.annotations.Nullable;

/**
 * One stream of requests. At most {@value #MOST_IN_FLIGHT} of them are in flight: further ones are
 * left with the caller until one is answered. A request that fails fails alone; the stream goes on.
 */
final class InferenceStream implements StreamObserver<ModelInferRequest> {
  static final int MOST_IN_FLIGHT = 64;

  private static final String WANTS_FINAL = "triton_enable_empty_final_response";
  private static final String IS_FINAL = "triton_final_response";

  private final InferenceCalls inference;
  private final ServerCallStreamObserver<ModelStreamInferResponse> call;

  /** The whole stream's; each request has one of its own. */
  private final @Nullable CallRecord stream = ObservedCalls.RECORD.get();

  /** Guards the fields below and every use of the call. */
  private final Object lock = new Object();

  /** Requests that were read and not answered. */
  private int inFlight;

  /** The caller sends no more requests. */
  private boolean halfClosed;

  InferenceStream(
      InferenceCalls inference, ServerCallStreamObserver<ModelStreamInferResponse> call) {
    this.inference = inference;
    this.call = call;
    call.disableAutoRequest();
    call.setOnCancelHandler(() -> {});
    call.request(MOST_IN_FLIGHT);
  }

  @Override
  public void onNext(ModelInferRequest request) {
    synchronized (lock) {
      inFlight++;
    }
    CallRecord record = stream == null ? null : stream.part();
    if (record != null) {
      record.received(request.getSerializedSize());
    }
    inference.infer(
        request,
        new Caller(inference.now(), Long.MAX_VALUE, call::isCancelled, record),
        new StreamResponder(request, record));
  }

  @Override
  public void onError(Throwable cancelled) {
    // Those in flight are dropped by the batcher, or answered to nobody.
  }

  @Override
  public void onCompleted() {
    synchronized (lock) {
      halfClosed = true;
      completeIfDone();
    }
  }

  private void send(ModelStreamInferResponse answer) {
    synchronized (lock) {
      inFlight--;
      if (!call.isCancelled()) {
        call.onNext(answer);
        call.request(1);
        completeIfDone();
      }
    }
  }

  private void completeIfDone() {
    if (halfClosed && inFlight == 0 && !call.isCancelled()) {
      call.onCompleted();
    }
  }

  /** Answers one request of the stream. */
  private final class StreamResponder implements Responder {
    private final String model;
    private final String id;
    private final boolean marksFinal;
    private final @Nullable CallRecord record;

    StreamResponder(ModelInferRequest request, @Nullable CallRecord record) {
      this.record = record;
      this.model = request.getModelName();
      this.id = request.getId();
      this.marksFinal =
          request.containsParameters(WANTS_FINAL)
              && request.getParametersOrThrow(WANTS_FINAL).getBoolParam();
    }

    @Override
    public void complete(InferenceResponse response) {
      answer("", ResponseWriter.inference(model, id, response));
      end(Status.Code.OK, false);
    }

    @Override
    public void fail(InferenceException failure) {
      answer(
          FailureText.of(failure),
          ModelInferResponse.newBuilder().setModelName(model).setId(id).build());
      end(CallResponder.status(failure).getStatus().getCode(), true);
    }

    private void end(Status.Code code, boolean failed) {
      if (record != null) {
        record.end(code.name(), failed);
      }
    }

    private void answer(String error, ModelInferResponse response) {
      ModelInferResponse marked =
          marksFinal
              ? response.toBuilder()
                  .putParameters(IS_FINAL, InferParameter.newBuilder().setBoolParam(true).build())
                  .build()
              : response;
      ModelStreamInferResponse message =
          ModelStreamInferResponse.newBuilder()
              .setErrorMessage(error)
              .setInferResponse(marked)
              .build();
      if (record != null) {
        record.sent(message.getSerializedSize());
      }
      send(message);
    }
  }
}
