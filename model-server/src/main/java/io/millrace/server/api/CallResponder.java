package io.millrace.server.api;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.millrace.schemas.inference.ModelInferResponse;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceResponse;
import io.millrace.server.inference.Responder;
import io.millrace.server.protocol.FailureText;
import io.millrace.server.protocol.ResponseWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers one call. */
final class CallResponder implements Responder {
  private static final Logger LOG = LoggerFactory.getLogger(CallResponder.class);

  private final String model;
  private final String id;
  private final StreamObserver<ModelInferResponse> call;

  CallResponder(String model, String id, StreamObserver<ModelInferResponse> call) {
    this.model = model;
    this.id = id;
    this.call = call;
  }

  @Override
  public void complete(InferenceResponse response) {
    try {
      call.onNext(ResponseWriter.inference(model, id, response));
      call.onCompleted();
    } catch (RuntimeException e) {
      LOG.debug("the caller of request '{}' went away before its answer", id, e);
    }
  }

  @Override
  public void fail(InferenceException failure) {
    try {
      call.onError(status(failure));
    } catch (RuntimeException e) {
      LOG.debug("the caller of request '{}' went away before its failure", id, e);
    }
  }

  /** A failure as the protocol carries it. */
  static StatusRuntimeException status(InferenceException failure) {
    Status status =
        switch (failure.code()) {
          case INVALID_ARGUMENT -> Status.INVALID_ARGUMENT;
          case NOT_FOUND -> Status.NOT_FOUND;
          case RESOURCE_EXHAUSTED -> Status.RESOURCE_EXHAUSTED;
          case DEADLINE_EXCEEDED -> Status.DEADLINE_EXCEEDED;
          case CANCELLED -> Status.CANCELLED;
          case UNAVAILABLE -> Status.UNAVAILABLE;
          case FAILED_PRECONDITION -> Status.FAILED_PRECONDITION;
          case UNAUTHENTICATED -> Status.UNAUTHENTICATED;
          case PERMISSION_DENIED -> Status.PERMISSION_DENIED;
          case INTERNAL -> Status.INTERNAL;
        };
    return new Failed(status.withDescription(FailureText.of(failure)));
  }

  /** Without a stack trace: under overload most calls fail, and one costs more than to refuse. */
  private static final class Failed extends StatusRuntimeException {
    private static final long serialVersionUID = 1L;

    Failed(Status status) {
      super(status);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }
}
