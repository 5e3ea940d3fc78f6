package io.millrace.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.access.Role;
import io.millrace.server.calls.CallRecord;
import io.millrace.server.calls.CallRecords;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ObservedServiceTest {
  private static final String INFER =
      "{'id':'r1','inputs':[{'name':'x','shape':[2,1],'datatype':'FP32','data':[1,2]}]}";

  @RegisterExtension static final HttpTinyModels SERVED = new HttpTinyModels();

  private final BlockingQueue<CallRecord> ended = new LinkedBlockingQueue<>();

  private ObservedService service() {
    return new ObservedService(
        new CallRecords(List.of(ended::add), System::nanoTime, InstantSource.system()),
        new GuardedService((needed, authorization) -> Role.ADMIN, SERVED.service()));
  }

  private CallRecord next() throws InterruptedException {
    CallRecord record = ended.poll(30, TimeUnit.SECONDS);
    assertThat(record).isNotNull();
    return record;
  }

  @Test
  void anInferenceSaysWhoAskedWhatAndHowLongItTook() throws Exception {
    FakeExchange.Answer answer =
        FakeExchange.post("/v2/models/affine/infer", INFER)
            .with("traceparent", "00-1-2-01")
            .from(service());
    CallRecord record = next();
    assertThat(record.protocol()).isEqualTo("http");
    assertThat(record.method()).isEqualTo("POST /v2/models/affine/infer");
    assertThat(record.traceParent()).isEqualTo("00-1-2-01");
    assertThat(record.role()).isEqualTo("admin");
    assertThat(record.model()).isEqualTo("affine");
    assertThat(record.version()).isEqualTo("1");
    assertThat(record.requestId()).isEqualTo("r1");
    assertThat(record.rows()).isEqualTo(2);
    assertThat(record.requestBytes()).isEqualTo(INFER.length());
    assertThat(record.responseBytes()).isEqualTo(answer.content().length);
    assertThat(record.status()).isEqualTo("200");
    assertThat(record.wasComputed()).isTrue();
  }

  @Test
  void refusalsAreRecordedWhereverTheyHappen() throws Exception {
    FakeExchange.post("/v2/models/nothing/infer", INFER).from(service());
    assertThat(next().status()).isEqualTo("404");
    FakeExchange.post("/v2/models/affine/infer", "{").from(service());
    CallRecord malformed = next();
    assertThat(malformed.status()).isEqualTo("400");
    assertThat(malformed.failed()).isTrue();
    FakeExchange.get("/v2/models/affine/infer").from(service());
    assertThat(next().status()).isEqualTo("405");
    FakeExchange.get("/v2/%zz").from(service());
    assertThat(next().status()).isEqualTo("400");
  }

  @Test
  void anAnswerInPartsEndsWithItsLast() throws Exception {
    HttpService inParts =
        exchange -> {
          HttpParts parts = exchange.begin(200, "text/event-stream");
          parts.send(new byte[3]);
          assertThat(ended).isEmpty();
          parts.send(new byte[4]);
          parts.end();
        };
    FakeExchange.get("/v1/anything")
        .from(
            new ObservedService(
                new CallRecords(List.of(ended::add), System::nanoTime, InstantSource.system()),
                inParts));
    CallRecord record = next();
    assertThat(record.status()).isEqualTo("200");
    assertThat(record.responseBytes()).isEqualTo(7);
  }

  @Test
  void healthIsNotRecorded() throws Exception {
    FakeExchange.get("/v2/health/ready").from(service());
    assertThat(ended).isEmpty();
  }
}
