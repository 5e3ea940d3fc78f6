package io.millrace.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferResponse;
import io.millrace.schemas.inference.ModelStreamInferResponse;
import io.millrace.schemas.inference.ServerMetadataRequest;
import io.millrace.schemas.inference.ServerReadyRequest;
import io.millrace.server.access.Role;
import io.millrace.server.calls.CallRecord;
import io.millrace.server.calls.CallRecords;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceException.Code;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class ObservedCallsTest {
  private static final BlockingQueue<CallRecord> ENDED = new LinkedBlockingQueue<>();

  @RegisterExtension
  static final ServedTinyModels SERVED =
      new ServedTinyModels(
          (needed, authorization) -> {
            if ("nobody".equals(authorization)) {
              throw new InferenceException(Code.UNAUTHENTICATED, "who?");
            }
            return Role.INFER;
          },
          new CallRecords(List.of(ENDED::add), System::nanoTime, InstantSource.system()));

  @BeforeEach
  void forget() {
    ENDED.clear();
  }

  private static CallRecord next() throws InterruptedException {
    CallRecord record = ENDED.poll(30, TimeUnit.SECONDS);
    assertThat(record).isNotNull();
    return record;
  }

  private static ModelInferRequest request(String id) {
    return new WireRequest("affine")
        .raw("x", "FP32", WireRequest.floatBytes(1, 2, 3, 4), 2, 2).build().toBuilder()
            .setId(id)
            .build();
  }

  @Test
  void anInferenceSaysWhoAskedWhatAndHowLongItTook() throws Exception {
    ModelInferRequest request = request("r1");
    ModelInferResponse answer = SERVED.client().modelInfer(request);
    CallRecord record = next();
    assertThat(record.protocol()).isEqualTo("grpc");
    assertThat(record.method()).isEqualTo("ModelInfer");
    assertThat(record.role()).isEqualTo("infer");
    assertThat(record.model()).isEqualTo("affine");
    assertThat(record.version()).isEqualTo("1");
    assertThat(record.requestId()).isEqualTo("r1");
    assertThat(record.rows()).isEqualTo(2);
    assertThat(record.requestBytes()).isEqualTo(request.getSerializedSize());
    assertThat(record.responseBytes()).isEqualTo(answer.getSerializedSize());
    assertThat(record.status()).isEqualTo("OK");
    assertThat(record.failed()).isFalse();
    assertThat(record.wasComputed()).isTrue();
    assertThat(record.queueMicros())
        .isEqualTo(answer.getParametersOrThrow("queue_us").getInt64Param());
    assertThat(record.computeMicros())
        .isEqualTo(answer.getParametersOrThrow("compute_us").getInt64Param());
    assertThat(record.micros()).isGreaterThanOrEqualTo(record.computeMicros());
  }

  @Test
  void refusalsAreRecordedWhereverTheyHappen() throws Exception {
    SERVED.refusal(request("r").toBuilder().setModelName("nothing").build());
    CallRecord unknown = next();
    assertThat(unknown.status()).isEqualTo("NOT_FOUND");
    assertThat(unknown.failed()).isTrue();
    assertThat(unknown.model()).isEqualTo("nothing");
    assertThat(unknown.wasComputed()).isFalse();

    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "nobody");
    var nobody =
        SERVED.client().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    try {
      throw new AssertionError(nobody.serverMetadata(ServerMetadataRequest.getDefaultInstance()));
    } catch (io.grpc.StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    }
    CallRecord refused = next();
    assertThat(refused.status()).isEqualTo("UNAUTHENTICATED");
    assertThat(refused.role()).isEmpty();
  }

  @Test
  void theCallersTraceContextIsKept() throws Exception {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), "00-0af7-b7ad-01");
    SERVED
        .client()
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .modelInfer(request("r"));
    assertThat(next().traceParent()).isEqualTo("00-0af7-b7ad-01");
  }

  @Test
  void healthIsNotRecorded() throws Exception {
    SERVED.client().serverReady(ServerReadyRequest.getDefaultInstance());
    SERVED.client().serverMetadata(ServerMetadataRequest.getDefaultInstance());
    assertThat(next().method()).isEqualTo("ServerMetadata");
    assertThat(ENDED).isEmpty();
  }

  @Test
  void everyRequestOfAStreamHasARecord() throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    StreamObserver<ModelInferRequest> stream =
        GRPCInferenceServiceGrpc.newStub(SERVED.channel())
            .modelStreamInfer(
                new StreamObserver<ModelStreamInferResponse>() {
                  @Override
                  public void onNext(ModelStreamInferResponse answer) {}

                  @Override
                  public void onError(Throwable failure) {
                    done.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {
                    done.complete(null);
                  }
                });
    stream.onNext(request("s1"));
    stream.onNext(request("s2").toBuilder().setModelName("nothing").build());
    stream.onCompleted();
    done.get(30, TimeUnit.SECONDS);
    List<CallRecord> records = List.of(next(), next(), next());
    assertThat(records)
        .extracting(record -> record.requestId() + ' ' + record.status())
        .containsExactlyInAnyOrder("s1 OK", "s2 NOT_FOUND", " OK");
    assertThat(records).allMatch(record -> record.method().equals("ModelStreamInfer"));
    assertThat(records).allMatch(record -> record.responseBytes() > 0);
  }
}
