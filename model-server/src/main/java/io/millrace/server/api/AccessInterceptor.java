package io.millrace.server.api;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc;
import io.millrace.server.access.AccessPolicy;
import io.millrace.server.access.Role;
import io.millrace.server.calls.CallRecord;
import io.millrace.server.inference.InferenceException;
import java.util.Set;

/** Lets calls pass whose callers may make them; who asks for health needs no token. */
final class AccessInterceptor implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  static final Set<String> HEALTH =
      Set.of(
          GRPCInferenceServiceGrpc.getServerLiveMethod().getFullMethodName(),
          GRPCInferenceServiceGrpc.getServerReadyMethod().getFullMethodName());
  private static final Set<String> ADMINISTRATION =
      Set.of(
          GRPCInferenceServiceGrpc.getRepositoryModelLoadMethod().getFullMethodName(),
          GRPCInferenceServiceGrpc.getRepositoryModelUnloadMethod().getFullMethodName());

  private final AccessPolicy access;

  AccessInterceptor(AccessPolicy access) {
    this.access = access;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    if (!HEALTH.contains(method)) {
      try {
        Role role =
            access.require(
                ADMINISTRATION.contains(method) ? Role.ADMIN : Role.INFER,
                headers.get(AUTHORIZATION));
        CallRecord record = ObservedCalls.RECORD.get();
        if (role != null && record != null) {
          record.calledAs(role.label());
        }
      } catch (InferenceException e) {
        Status status = CallResponder.status(e).getStatus();
        call.close(status, new Metadata());
        return new ServerCall.Listener<>() {};
      }
    }
    return next.startCall(call, headers);
  }
}
