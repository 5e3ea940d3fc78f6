package io.millrace.flink.inference;

import static io.millrace.flink.inference.RecommenderFixture.ask;
import static io.millrace.flink.inference.RecommenderFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import io.millrace.flink.inference.GrpcSettings.Connection;
import io.millrace.flink.inference.GrpcSettings.Tls;
import io.millrace.flink.inference.RecommendFailure.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Encryption and tokens, as a server would ask for them. */
@Timeout(120)
class SecureConnectionITCase {
  private static Path folder;
  private static TestIdentity ofServer;
  private static TestIdentity ours;
  private static TestIdentity stranger;

  private final RecommenderFixture fixture = new RecommenderFixture();

  @BeforeAll
  static void makeIdentities(@TempDir Path temporary) throws Exception {
    folder = temporary;
    ofServer = TestIdentity.make(folder, "server");
    ours = TestIdentity.make(folder, "ours");
    stranger = TestIdentity.make(folder, "stranger");
  }

  @AfterEach
  void closeAll() throws Exception {
    fixture.close();
  }

  private MisbehavingServer encrypting(ClientAuth auth) throws IOException {
    ServerCredentials credentials =
        TlsServerCredentials.newBuilder()
            .keyManager(ofServer.certificate().toFile(), ofServer.key().toFile())
            .trustManager(ours.certificate().toFile())
            .clientAuth(auth)
            .build();
    return fixture.open(new MisbehavingServer(credentials));
  }

  private GrpcRecommender connect(
      MisbehavingServer server, @Nullable Tls tls, @Nullable Path token) {
    fixture.connection =
        new Connection(
            Duration.ofSeconds(30), 1 << 16, tls, token == null ? null : token.toString());
    return fixture.to(server.target());
  }

  private static Tls trusting(TestIdentity authority) {
    return new Tls(authority.certificate().toString(), null, null);
  }

  private static Tls trustingAs(TestIdentity authority, TestIdentity self) {
    return new Tls(
        authority.certificate().toString(), self.certificate().toString(), self.key().toString());
  }

  @Test
  void aServerWhoseAuthorityIsTrustedIsAsked() throws Exception {
    MisbehavingServer server = encrypting(ClientAuth.NONE);

    assertThat(ask(connect(server, trusting(ofServer), null)).get().items()).hasSize(2);
  }

  @Test
  void anyOtherIsNot() throws Exception {
    MisbehavingServer server = encrypting(ClientAuth.NONE);

    assertThat(failure(ask(connect(server, trusting(stranger), null))).reason())
        .isEqualTo(Reason.UNAVAILABLE);
    assertThat(failure(ask(connect(server, null, null))).reason()).isEqualTo(Reason.UNAVAILABLE);
    assertThat(server.receivedCount()).isZero();
  }

  @Test
  void aServerThatAsksWhoWeAreHearsIt() throws Exception {
    MisbehavingServer server = encrypting(ClientAuth.REQUIRE);

    assertThat(ask(connect(server, trustingAs(ofServer, ours), null)).get().items()).hasSize(2);
    assertThat(failure(ask(connect(server, trustingAs(ofServer, stranger), null))).reason())
        .isEqualTo(Reason.UNAVAILABLE);
    assertThat(failure(ask(connect(server, trusting(ofServer), null))).reason())
        .isEqualTo(Reason.UNAVAILABLE);
  }

  @Test
  void aFileThatCannotBeReadIsNamedAtTheStart() {
    MisbehavingServer server = fixture.server();

    assertThatThrownBy(() -> connect(server, new Tls("/nowhere/ca.pem", null, null), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/nowhere/ca.pem");
    assertThatThrownBy(() -> connect(server, null, Path.of("/nowhere/token")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/nowhere/token");
  }

  @Test
  void theTokenTravelsAndANewOneIsNoticed() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "first\n");
    MisbehavingServer server = fixture.server();
    GrpcRecommender recommender = connect(server, null, token);

    ask(recommender).get();
    assertThat(server.authorizations).containsExactly("Bearer first");
    Files.writeString(token, "second\n");
    ask(recommender).get();
    fixture.nanos.addAndGet(Duration.ofSeconds(10).toNanos());
    ask(recommender).get();

    assertThat(server.authorizations)
        .containsExactly("Bearer first", "Bearer first", "Bearer second");
  }

  @Test
  void aTokenThatIsGoneIsTold() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "first");
    MisbehavingServer server = fixture.server();
    GrpcRecommender recommender = connect(server, null, token);
    Files.delete(token);
    fixture.nanos.addAndGet(Duration.ofSeconds(10).toNanos());

    assertThat(failure(ask(recommender))).hasMessageContaining(token.toString());
    assertThat(server.receivedCount()).isZero();
  }
}
