package io.millrace.server.transport;

import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.util.Optional;
import javax.net.ssl.TrustManager;

/** TLS as every socket of the server has it. */
public final class ServerTls {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private ServerTls() {}

  /** Shows the identity in those files and, where they say so, wants one of callers. */
  public static SslContextBuilder context(TlsFiles files) {
    SslContextBuilder context = SslContextBuilder.forServer(files.identity()).protocols(PROTOCOLS);
    Optional<TrustManager> callers = files.callers();
    return callers.isPresent()
        ? context.trustManager(callers.get()).clientAuth(ClientAuth.REQUIRE)
        : context;
  }
}
