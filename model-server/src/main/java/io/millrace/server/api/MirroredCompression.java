package io.millrace.server.api;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Answers with gzip to who asks with gzip; who does not would pay for nothing. */
final class MirroredCompression implements ServerInterceptor {
  private static final String GZIP = "gzip";
  private static final Metadata.Key<String> ENCODING =
      Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER);

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (GZIP.equals(headers.get(ENCODING))) {
      call.setCompression(GZIP);
      call.setMessageCompression(true);
    }
    return next.startCall(call, headers);
  }
}
