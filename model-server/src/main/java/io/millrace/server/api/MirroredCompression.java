package io.millrace.server.api;

import io.grpc.Codec;
import io.grpc.CompressorRegistry;
import io.grpc.DecompressorRegistry;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Set;

/**
 * Answers in the encoding that the call has come in; who does not compress would pay for nothing.
 */
final class MirroredCompression implements ServerInterceptor {
  private static final Codec GZIP = new Codec.Gzip();
  private static final Codec DEFLATE = new Deflate();
  private static final Set<String> NAMES =
      Set.of(GZIP.getMessageEncoding(), DEFLATE.getMessageEncoding());
  private static final Metadata.Key<String> ENCODING =
      Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER);

  /** What requests may be compressed with. */
  static DecompressorRegistry decompressors() {
    return DecompressorRegistry.getDefaultInstance().with(DEFLATE, true);
  }

  /** What answers may be compressed with. */
  static CompressorRegistry compressors() {
    CompressorRegistry registry = CompressorRegistry.newEmptyInstance();
    registry.register(Codec.Identity.NONE);
    registry.register(GZIP);
    registry.register(DEFLATE);
    return registry;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String encoding = headers.get(ENCODING);
    if (encoding != null && NAMES.contains(encoding)) {
      call.setCompression(encoding);
      call.setMessageCompression(true);
    }
    return next.startCall(call, headers);
  }
}
