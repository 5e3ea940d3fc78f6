package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc;
import io.millrace.schemas.inference.ServerLiveRequest;
import io.millrace.server.access.AccessPolicy;
import io.millrace.server.api.GrpcEndpoint;
import io.millrace.server.api.InferenceService;
import io.millrace.server.calls.CallRecords;
import io.millrace.server.http.HttpEndpoint;
import io.millrace.server.http.HttpExchange;
import io.millrace.server.http.HttpLimits;
import io.millrace.server.protocol.RequestLimits;
import io.millrace.server.repository.ModelRepository;
import io.millrace.server.transport.Binding;
import io.millrace.server.transport.TestAuthority;
import io.millrace.server.transport.TestAuthority.Pair;
import io.millrace.server.transport.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both endpoints with TLS, asked by clients that check what they see. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class TlsITCase {
  private static final String HOST = "127.0.0.1";

  @TempDir static Path folder;
  private static TestAuthority ours;
  private static TestAuthority theirs;
  private static Pair server;
  private static Pair caller;
  private static Pair stranger;
  private static ModelRepository models;
  private static ProtocolCalls calls;

  private final Path certificate = folder.resolve("certificate.pem");
  private final Path key = folder.resolve("key.pem");
  private final Path authorities = folder.resolve("authorities.pem");
  private TlsFiles files;
  private GrpcEndpoint grpc;
  private HttpEndpoint http;

  @BeforeAll
  static void issue() throws Exception {
    ours = new TestAuthority(folder, "ours");
    theirs = new TestAuthority(folder, "theirs");
    server = ours.issue("server", "RSA");
    caller = ours.issue("caller", "EC");
    stranger = theirs.issue("stranger", "EC");
    models = ModelRepository.load(TinyModels.folder(), TinyModels.defaults(), System::nanoTime);
    calls = new ProtocolCalls(models, models, "1.2.3", System::nanoTime, RequestLimits.DEFAULTS);
  }

  @AfterAll
  static void free() {
    calls.close();
    models.close();
  }

  @BeforeEach
  void write() throws IOException {
    show(server);
    replace(ours.certificate(), authorities);
  }

  private void show(Pair pair) throws IOException {
    replace(pair.certificate(), certificate);
    replace(pair.key(), key);
  }

  private static void replace(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private void start(Optional<Path> clientAuthorities) throws IOException {
    files = new TlsFiles(certificate, key, clientAuthorities, InstantSource.system());
    Binding binding = new Binding(HOST, 0, 1, Optional.of(files));
    InferenceService service =
        new InferenceService(calls.inference(), calls.server(), calls.repository());
    grpc = GrpcEndpoint.start(service, AccessPolicy.OPEN, CallRecords.NONE, binding, 1 << 20);
    http =
        HttpEndpoint.start(
            "http",
            exchange -> exchange.answer(200, HttpExchange.JSON, Map.of(), new byte[] {'!'}),
            binding,
            new HttpLimits(1 << 20, 10, 60));
  }

  @AfterEach
  void stop() {
    grpc.close();
    http.close();
  }

  private static SslContextBuilder client(TestAuthority trusted, @Nullable Pair as) {
    SslContextBuilder context = SslContextBuilder.forClient();
    context.trustManager(trusted.certificate().toFile());
    return as == null ? context : context.keyManager(as.certificate().toFile(), as.key().toFile());
  }

  private boolean live(TestAuthority trusted, @Nullable Pair as) throws IOException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(HOST, grpc.port())
            .sslContext(GrpcSslContexts.configure(client(trusted, as)).build())
            .build();
    try {
      return GRPCInferenceServiceGrpc.newBlockingStub(channel)
          .serverLive(ServerLiveRequest.getDefaultInstance())
          .getLive();
    } finally {
      channel.shutdownNow();
    }
  }

  /** The answer over HTTP, and the name in the certificate that the server showed. */
  private String get(TestAuthority trusted, @Nullable Pair as) throws Exception {
    SSLContext context = TlsCaller.context(trusted.certificate(), as);
    return TlsCaller.get(context, HOST, http.port());
  }

  @Test
  void whoTrustsTheAuthorityIsAnswered() throws Exception {
    start(Optional.empty());
    assertThat(live(ours, null)).isTrue();
    assertThat(get(ours, null)).isEqualTo("CN=server HTTP/1.1 200 OK");
    assertThatThrownBy(() -> live(theirs, null)).isInstanceOf(StatusRuntimeException.class);
    assertThatThrownBy(() -> get(theirs, null)).isInstanceOf(IOException.class);
  }

  @Test
  void withoutTlsNothingIsAnswered() throws Exception {
    start(Optional.empty());
    try (Socket socket = new Socket(InetAddress.getByName(HOST), http.port())) {
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
          .doesNotContain("HTTP/1.1");
    }
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(HOST, grpc.port()).usePlaintext().build();
    try {
      var client = GRPCInferenceServiceGrpc.newBlockingStub(channel);
      var request = ServerLiveRequest.getDefaultInstance();
      assertThatThrownBy(() -> client.serverLive(request))
          .isInstanceOf(StatusRuntimeException.class);
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void callersNeedACertificateWhereThereIsAnAuthorityForThem() throws Exception {
    start(Optional.of(authorities));
    assertThat(live(ours, caller)).isTrue();
    assertThat(get(ours, caller)).isEqualTo("CN=server HTTP/1.1 200 OK");
    for (Pair wrong : new Pair[] {null, stranger}) {
      assertThatThrownBy(() -> live(ours, wrong)).isInstanceOf(StatusRuntimeException.class);
      assertThatThrownBy(() -> get(ours, wrong)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void newFilesCountForNewConnectionsWithoutARestart() throws Exception {
    start(Optional.of(authorities));
    assertThat(get(ours, caller)).startsWith("CN=server ");
    show(theirs.issue("renewed", "EC"));
    replace(theirs.certificate(), authorities);
    files.refresh();
    assertThat(get(theirs, stranger)).isEqualTo("CN=renewed HTTP/1.1 200 OK");
    assertThat(live(theirs, stranger)).isTrue();
    assertThatThrownBy(() -> get(theirs, caller)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> live(theirs, caller)).isInstanceOf(StatusRuntimeException.class);
  }
}
