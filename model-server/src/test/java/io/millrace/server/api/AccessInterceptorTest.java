package io.millrace.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.millrace.schemas.inference.RepositoryIndexRequest;
import io.millrace.schemas.inference.RepositoryModelLoadRequest;
import io.millrace.schemas.inference.RepositoryModelUnloadRequest;
import io.millrace.schemas.inference.ServerLiveRequest;
import io.millrace.schemas.inference.ServerMetadataRequest;
import io.millrace.schemas.inference.ServerReadyRequest;
import io.millrace.server.access.Role;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceException.Code;
import java.util.Locale;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AccessInterceptorTest {
  private static final RepositoryModelLoadRequest LOAD =
      RepositoryModelLoadRequest.newBuilder().setModelName("affine").build();
  private static final RepositoryModelUnloadRequest UNLOAD =
      RepositoryModelUnloadRequest.newBuilder().setModelName("affine").build();

  /** The header is the role that the caller has. */
  @RegisterExtension
  static final ServedTinyModels SERVED =
      new ServedTinyModels(
          (needed, authorization) -> {
            if (authorization == null) {
              throw new InferenceException(Code.UNAUTHENTICATED, "who?");
            }
            if (needed == Role.ADMIN && !authorization.equals("admin")) {
              throw new InferenceException(Code.PERMISSION_DENIED, "not you");
            }
            return Role.valueOf(authorization.toUpperCase(Locale.ROOT));
          });

  private static GRPCInferenceServiceBlockingStub as(String role) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), role);
    return SERVED.client().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static void assertRefused(Status.Code code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refusal -> assertThat(refusal.getStatus().getCode()).isEqualTo(code));
  }

  @Test
  void healthNeedsNoToken() {
    assertThat(SERVED.client().serverLive(ServerLiveRequest.getDefaultInstance()).getLive())
        .isTrue();
    assertThat(SERVED.client().serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
        .isTrue();
  }

  @Test
  void everythingElseNeedsOne() {
    ServerMetadataRequest metadata = ServerMetadataRequest.getDefaultInstance();
    WireRequest infer = new WireRequest("affine").raw("x", "FP32", WireRequest.floatBytes(1), 1, 1);
    assertRefused(Status.Code.UNAUTHENTICATED, () -> SERVED.client().serverMetadata(metadata));
    assertThat(SERVED.refusal(infer).getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(as("infer").serverMetadata(metadata).getName()).isEqualTo("millrace");
    assertThat(as("infer").modelInfer(infer.build()).getModelName()).isEqualTo("affine");
  }

  @Test
  void onlyAnAdministratorLoadsAndUnloads() {
    assertRefused(Status.Code.PERMISSION_DENIED, () -> as("infer").repositoryModelLoad(LOAD));
    assertRefused(Status.Code.PERMISSION_DENIED, () -> as("infer").repositoryModelUnload(UNLOAD));
    assertThat(SERVED.repository().takeCalls()).isEmpty();
    assertThat(
            as("infer")
                .repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                .getModelsCount())
        .isPositive();
    assertThat(as("admin").repositoryModelUnload(UNLOAD)).isNotNull();
    assertThat(as("admin").repositoryModelLoad(LOAD)).isNotNull();
    assertThat(SERVED.repository().takeCalls()).containsExactly("unload affine", "load affine");
  }
}
