package io.millrace.flink.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.millrace.flink.inference.RecommendFailure.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallStatusTest {
  @ParameterizedTest
  @CsvSource({
    "DEADLINE_EXCEEDED, DEADLINE",
    "RESOURCE_EXHAUSTED, OVERLOADED",
    "UNAVAILABLE, UNAVAILABLE",
    "CANCELLED, UNAVAILABLE",
    "ABORTED, UNAVAILABLE",
    "INVALID_ARGUMENT, REJECTED",
    "FAILED_PRECONDITION, REJECTED",
    "NOT_FOUND, REJECTED",
    "UNIMPLEMENTED, REJECTED",
    "UNAUTHENTICATED, REJECTED",
    "PERMISSION_DENIED, REJECTED",
    "INTERNAL, BAD_ANSWER",
    "UNKNOWN, BAD_ANSWER",
    "DATA_LOSS, BAD_ANSWER"
  })
  void everyStatusHasItsReason(Status.Code code, Reason reason) {
    RecommendFailure failure =
        CallStatus.failure(Status.fromCode(code).withDescription("what the server said"));

    assertThat(failure.reason()).isEqualTo(reason);
    assertThat(failure).hasMessageContaining(code.name()).hasMessageContaining("the server said");
  }

  @Test
  void anAnswerThatIsTooLargeIsNotOverload() {
    Status status =
        Status.RESOURCE_EXHAUSTED.withDescription("gRPC message exceeds maximum size 10: 11");

    assertThat(CallStatus.failure(status).reason()).isEqualTo(Reason.BAD_ANSWER);
  }
}
