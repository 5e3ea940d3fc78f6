package io.millrace.server.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.millrace.server.calls.CallRecord;
import io.millrace.server.calls.CallRecords;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Spans as a collector receives them. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class CallTracesITCase {
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");
  private static final long START = TIME.getEpochSecond() * 1_000_000_000;
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00f067aa0ba902b7";

  private final AtomicLong nanos = new AtomicLong(1);
  private FakeCollector collector;

  @BeforeEach
  void start() throws IOException {
    collector = new FakeCollector();
  }

  @AfterEach
  void stop() {
    collector.close();
  }

  private void trace(double share, @Nullable String traceParent, boolean fails) {
    try (CallTraces traces = CallTraces.to(collector.address(), share, "1.2.3")) {
      CallRecord call =
          new CallRecords(List.of(traces), nanos::get, () -> TIME)
              .begin("grpc", "ModelInfer", traceParent);
      call.asks("affine", "", "r1");
      call.hasRows(2);
      if (!fails) {
        nanos.addAndGet(100_000);
        call.computed("7", 30, 50);
      }
      nanos.addAndGet(10_000);
      call.end(fails ? "NOT_FOUND" : "OK", fails);
    }
  }

  private static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }

  private static void assertTimes(Span span, long fromMicros, long toMicros) {
    assertThat(span.getStartTimeUnixNano()).isEqualTo(START + fromMicros * 1_000);
    assertThat(span.getEndTimeUnixNano()).isEqualTo(START + toMicros * 1_000);
  }

  @Test
  void spansJoinTheCallersTraceAndCoverQueueAndCompute() {
    trace(0, "00-" + TRACE + "-" + PARENT + "-01", false);
    assertThat(collector.spans()).hasSize(3);
    assertThat(collector.spans()).allMatch(span -> span.getTraceId().equals(bytes(TRACE)));
    Span call = collector.span("ModelInfer");
    assertThat(call.getParentSpanId()).isEqualTo(bytes(PARENT));
    assertThat(call.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    assertTimes(call, 0, 110);
    assertThat(call.getAttributesList())
        .extracting(entry -> entry.getKey() + "=" + entry.getValue().getStringValue())
        .contains("millrace.model=affine", "millrace.model_version=7", "millrace.status=OK");
    for (String part : new String[] {"queue", "compute"}) {
      assertThat(collector.span(part).getParentSpanId()).isEqualTo(call.getSpanId());
    }
    assertTimes(collector.span("queue"), 20, 50);
    assertTimes(collector.span("compute"), 50, 100);
    assertThat(collector.resources().get(0).getResource().getAttributesList())
        .extracting(entry -> entry.getKey() + "=" + entry.getValue().getStringValue())
        .contains("service.name=millrace-model-server", "service.version=1.2.3");
  }

  @Test
  void whoWasNotAskedForATraceSendsNone() {
    trace(1, "00-" + TRACE + "-" + PARENT + "-00", false);
    trace(0, null, false);
    assertThat(collector.spans()).isEmpty();
  }

  @Test
  void withoutAContextTheShareDecides() {
    trace(1, null, false);
    Span call = collector.span("ModelInfer");
    assertThat(call.getParentSpanId()).isEqualTo(ByteString.EMPTY);
    assertThat(call.getTraceId()).isNotEqualTo(bytes(TRACE));
  }

  @Test
  void anUnreadableContextIsNone() {
    trace(1, "01-nonsense", false);
    assertThat(collector.span("ModelInfer").getParentSpanId()).isEqualTo(ByteString.EMPTY);
  }

  @Test
  void aFailureIsOne() {
    trace(1, null, true);
    assertThat(collector.spans()).hasSize(1);
    Span call = collector.span("ModelInfer");
    assertThat(call.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
  }
}
