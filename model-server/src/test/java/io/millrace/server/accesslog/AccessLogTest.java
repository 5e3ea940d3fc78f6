package io.millrace.server.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.server.calls.CallRecord;
import io.millrace.server.calls.CallRecords;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AccessLogTest {
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final AtomicLong nanos = new AtomicLong(1);

  private CallRecords records(AccessLog log) {
    return new CallRecords(List.of(log), nanos::get, () -> TIME);
  }

  private List<JsonNode> lines() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  @Test
  void aLineSaysWhatIsKnownOfACall() throws IOException {
    try (AccessLog log = new AccessLog(out, 1, () -> 0.5)) {
      CallRecord call = records(log).begin("grpc", "ModelInfer", null);
      call.received(100);
      call.calledAs("infer");
      call.asks("affine", "", "a \"request\"\n");
      call.hasRows(3);
      nanos.addAndGet(40_000);
      call.computed("2", 10, 20);
      call.sent(60);
      nanos.addAndGet(5_000);
      call.end("OK", false);
      call.end("CANCELLED", true);
    }
    assertThat(lines())
        .containsExactly(
            new ObjectMapper()
                .readTree(
                    "{\"time\":\"2026-01-02T03:04:05Z\",\"protocol\":\"grpc\","
                        + "\"method\":\"ModelInfer\",\"role\":\"infer\",\"model\":\"affine\","
                        + "\"version\":\"2\",\"id\":\"a \\\"request\\\"\\n\",\"rows\":3,"
                        + "\"status\":\"OK\",\"duration_us\":45,\"queue_us\":10,"
                        + "\"compute_us\":20,\"request_bytes\":100,\"response_bytes\":60}"));
  }

  @Test
  void failuresAreThereWhateverTheShare() throws IOException {
    Iterator<Double> random = List.of(0.19, 0.21, 0.9, 0.0).iterator();
    try (AccessLog log = new AccessLog(out, 0.2, random::next)) {
      CallRecords records = records(log);
      for (String method : new String[] {"a", "b"}) {
        records.begin("http", method, null).end("200", false);
      }
      records.begin("http", "c", null).end("503", true);
      for (String method : new String[] {"d", "e"}) {
        records.begin("http", method, null).end("200", false);
      }
    }
    assertThat(lines())
        .extracting(line -> line.get("method").asText())
        .containsExactly("a", "c", "e");
    assertThat(lines()).noneMatch(line -> line.has("queue_us") || line.has("model"));
  }

  @Test
  void whatCannotWaitIsDroppedAndCounted() {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    OutputStream slow =
        new OutputStream() {
          @Override
          public void write(int value) {
            blocked.countDown();
            try {
              released.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        };
    AccessLog log = new AccessLog(slow, 1, () -> 0);
    CallRecords records = records(log);
    records.begin("grpc", "first", null).end("OK", false);
    awaitUninterrupted(blocked);
    for (int i = 0; i < AccessLog.MOST_WAITING + 5; i++) {
      records.begin("grpc", "next", null).end("OK", false);
    }
    assertThat(log.dropped()).isEqualTo(5);
    released.countDown();
    log.close();
    assertThat(log.written()).isEqualTo(AccessLog.MOST_WAITING + 1);
  }

  @Test
  void aFileThatCannotBeWrittenLosesLinesAndNothingElse() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw new IOException("no space left");
          }
        };
    AccessLog log = new AccessLog(full, 1, () -> 0);
    records(log).begin("grpc", "first", null).end("OK", false);
    log.close();
    assertThat(log.dropped()).isEqualTo(1);
    assertThat(log.written()).isZero();
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
