package io.millrace.flink.inference;

import io.grpc.Status;
import io.millrace.flink.inference.RecommendFailure.Reason;

/** What a call's final status means for the caller's next step. */
final class CallStatus {
  private static final String TOO_LARGE = "gRPC message exceeds maximum size";

  private CallStatus() {}

  static RecommendFailure failure(Status status) {
    String detail =
        status.getDescription() == null
            ? status.getCode().toString()
            : status.getCode() + " " + status.getDescription();
    return new RecommendFailure(reason(status), detail);
  }

  private static Reason reason(Status status) {
    return switch (status.getCode()) {
      case DEADLINE_EXCEEDED -> Reason.DEADLINE;
      case RESOURCE_EXHAUSTED ->
          // The one use of this code that is not about load: gRPC's own limit on a message.
          String.valueOf(status.getDescription()).startsWith(TOO_LARGE)
              ? Reason.BAD_ANSWER
              : Reason.OVERLOADED;
      case UNAVAILABLE, ABORTED, CANCELLED -> Reason.UNAVAILABLE;
      case INVALID_ARGUMENT,
          FAILED_PRECONDITION,
          NOT_FOUND,
          ALREADY_EXISTS,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          PERMISSION_DENIED,
          UNAUTHENTICATED ->
          Reason.REJECTED;
      case OK, INTERNAL, UNKNOWN, DATA_LOSS -> Reason.BAD_ANSWER;
    };
  }
}
