package io.millrace.flink.inference;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.millrace.flink.inference.GrpcSettings.Connection;
import io.millrace.flink.inference.GrpcSettings.Tls;
import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes the connections to model servers, all with the same credentials. */
final class ServerChannels {
  private static final long PROBE_TIMEOUT_SECONDS = 5;
  private static final long REREAD_SECONDS = 60;

  private final Connection settings;
  private final ChannelCredentials credentials;

  /**
   * Reads the files of the credentials.
   *
   * @param timer reads them again when they change
   * @throws IllegalArgumentException if one cannot be read; the message names it
   */
  ServerChannels(Connection settings, ScheduledExecutorService timer) {
    this.settings = settings;
    Tls tls = settings.tls();
    this.credentials = tls == null ? InsecureChannelCredentials.create() : encrypted(tls, timer);
  }

  /** A connection to one server, made when it is first used. */
  ManagedChannel connect(String target) {
    return NettyChannelBuilder.forAddress(
            GrpcSettings.host(target), GrpcSettings.port(target), credentials)
        // Answers are only handed on, so they need no thread of their own.
        .directExecutor()
        .maxInboundMessageSize(settings.maxAnswerBytes())
        .keepAliveTime(settings.keepAlive().toNanos(), TimeUnit.NANOSECONDS)
        .keepAliveTimeout(PROBE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .disableRetry()
        .build();
  }

  private static ChannelCredentials encrypted(Tls tls, ScheduledExecutorService timer) {
    TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
    String reading = "";
    try {
      if (tls.authorities() != null) {
        reading = "the authorities' certificates in " + tls.authorities();
        builder.trustManager(trusting(tls.authorities(), timer));
      }
      if (tls.certificate() != null) {
        reading = "the certificate in " + tls.certificate() + " and its key in " + tls.key();
        builder.keyManager(owning(tls.certificate(), tls.key(), timer));
      }
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException(reading + " cannot be used: " + e.getMessage(), e);
    }
    return builder.build();
  }

  private static AdvancedTlsX509TrustManager trusting(
      String authorities, ScheduledExecutorService timer)
      throws IOException, GeneralSecurityException {
    AdvancedTlsX509TrustManager manager = AdvancedTlsX509TrustManager.newBuilder().build();
    manager.updateTrustCredentials(new File(authorities), REREAD_SECONDS, TimeUnit.SECONDS, timer);
    return manager;
  }

  private static AdvancedTlsX509KeyManager owning(
      String certificate, @Nullable String key, ScheduledExecutorService timer)
      throws IOException, GeneralSecurityException {
    AdvancedTlsX509KeyManager manager = new AdvancedTlsX509KeyManager();
    manager.updateIdentityCredentials(
        new File(certificate),
        new File(String.valueOf(key)),
        REREAD_SECONDS,
        TimeUnit.SECONDS,
        timer);
    return manager;
  }
}
