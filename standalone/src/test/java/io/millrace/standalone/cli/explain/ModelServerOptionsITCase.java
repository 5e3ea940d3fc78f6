package io.millrace.standalone.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.millrace.standalone.cli.terminal.CommandException;
import io.millrace.standalone.cli.topics.ConnectionOptions;
import io.millrace.standalone.explain.GrpcModelServer;
import io.millrace.standalone.explain.NotAnsweredException;
import io.millrace.standalone.explain.PastInputs;
import io.millrace.standalone.explain.ServerForTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A server that encrypts, whose certificate the JDK's keytool made. */
@Timeout(120)
@SuppressWarnings("NullAway.Init")
class ModelServerOptionsITCase {
  private static final String PASSWORD = "changeit";

  @TempDir private static Path folder;
  private static Path authority;
  private static ServerCredentials credentials;

  @BeforeAll
  static void makeIdentity() throws IOException, InterruptedException, GeneralSecurityException {
    Path store = folder.resolve("server.p12");
    authority = folder.resolve("ca.pem");
    keytool(
        store, "-genkeypair", "-keyalg", "EC", "-dname", "CN=server", "-ext", "san=ip:127.0.0.1");
    keytool(store, "-exportcert", "-rfc", "-file", authority.toString());
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
    credentials = TlsServerCredentials.newBuilder().keyManager(keys.getKeyManagers()).build();
  }

  private static void keytool(Path store, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-alias", "server", "-storetype", "PKCS12"));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IOException("keytool ended with " + process.exitValue());
    }
  }

  private static ModelServerOptions parsed(String... arguments) {
    return CommandLine.populateCommand(new ModelServerOptions(), arguments);
  }

  private static GrpcModelServer connect(ServerForTests server, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--model-server", server.target()));
    arguments.addAll(List.of(more));
    return parsed(arguments.toArray(String[]::new)).connect(new ConnectionOptions());
  }

  @Test
  void anEncryptedServerIsAskedWithTheToken() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "secret\n");
    try (ServerForTests server = new ServerForTests(credentials);
        GrpcModelServer trusted =
            connect(
                server,
                "--model-server-tls",
                "--model-server-tls-ca=" + authority,
                "--model-server-token-file=" + token)) {
      assertThat(trusted.ask(PastInputs.call(), "3").modelVersion()).isEqualTo("3");
      assertThat(server.authorization).isEqualTo("Bearer secret");
    }
  }

  @Test
  void aServerThatNobodyVouchesForIsNot() throws IOException {
    try (ServerForTests server = new ServerForTests(credentials);
        GrpcModelServer stranger = connect(server, "--model-server-tls");
        GrpcModelServer unencrypted = connect(server)) {
      assertThatThrownBy(() -> stranger.ask(PastInputs.call(), "3"))
          .isInstanceOf(NotAnsweredException.class)
          .hasMessageContaining("UNAVAILABLE");
      assertThatThrownBy(() -> unencrypted.ask(PastInputs.call(), "3"))
          .isInstanceOf(NotAnsweredException.class);
      assertThat(server.requests).isEmpty();
    }
  }

  @Test
  void filesThatCannotBeReadAreNamed() throws IOException {
    try (ServerForTests server = new ServerForTests()) {
      assertThatThrownBy(
              () -> connect(server, "--model-server-tls", "--model-server-tls-ca=/nowhere/ca.pem"))
          .isInstanceOf(CommandException.class)
          .hasMessageContaining("--model-server-tls-ca /nowhere/ca.pem cannot be read");
      assertThatThrownBy(() -> connect(server, "--model-server-token-file=/nowhere/token"))
          .isInstanceOf(CommandException.class)
          .hasMessageContaining("--model-server-token-file /nowhere/token cannot be read");
    }
  }

  @Test
  void whatBelongsTogetherIsGivenTogether() {
    assertThat(parsed("--model-server-tls").misuse()).isNull();
    assertThat(parsed("--model-server-tls-ca=ca").misuse()).contains("needs --model-server-tls");
    assertThat(parsed("--model-server-tls", "--model-server-tls-key=key").misuse())
        .contains("are given together");
  }
}
