package io.millrace.standalone.cli.explain;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.millrace.standalone.cli.terminal.CommandException;
import io.millrace.standalone.cli.topics.ConnectionOptions;
import io.millrace.standalone.explain.GrpcModelServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where a command finds the model server, and how it is let in. Options that begin with {@code
 * --model-server-} are those of the job, {@code millrace.model-server.*}.
 */
final class ModelServerOptions {
  @Option(
      names = "--model-server",
      paramLabel = "HOST:PORT",
      description = "gRPC address of the model server (default: that of the system running here).")
  private @Nullable String address;

  @Option(
      names = "--model-server-tls",
      description = "Encrypt, and check the model server's certificate.")
  private boolean tls;

  @Option(
      names = "--model-server-tls-ca",
      paramLabel = "FILE",
      description =
          "With --model-server-tls: PEM certificates of the authorities to trust (default: those of"
              + " Java).")
  private @Nullable Path authorities;

  @Option(
      names = "--model-server-tls-certificate",
      paramLabel = "FILE",
      description =
          "With --model-server-tls: our own certificate, for servers that ask for one, PEM; goes"
              + " with its key.")
  private @Nullable Path certificate;

  @Option(
      names = "--model-server-tls-key",
      paramLabel = "FILE",
      description = "The private key of that certificate, PEM, PKCS #8, not encrypted.")
  private @Nullable Path key;

  @Option(
      names = "--model-server-token-file",
      paramLabel = "FILE",
      description = "Bearer token to send (default: none is sent).")
  private @Nullable Path tokenFile;

  ModelServerOptions() {}

  /** What is wrong with the options, before anything is connected to; null if nothing is. */
  @Nullable String misuse() {
    if (!tls && (authorities != null || certificate != null || key != null)) {
      return "--model-server-tls-* needs --model-server-tls";
    }
    if ((certificate == null) != (key == null)) {
      return "--model-server-tls-certificate and --model-server-tls-key are given together";
    }
    return null;
  }

  /**
   * A connection, made when the server is first asked.
   *
   * @throws CommandException if a file cannot be used, naming option and file
   */
  GrpcModelServer connect(ConnectionOptions connection) {
    return new GrpcModelServer(connection.modelServer(address), credentials(), token());
  }

  private ChannelCredentials credentials() {
    if (!tls) {
      return InsecureChannelCredentials.create();
    }
    TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
    String reading = "";
    try {
      if (authorities != null) {
        reading = "--model-server-tls-ca " + authorities;
        builder.trustManager(authorities.toFile());
      }
      if (certificate != null && key != null) {
        reading = "--model-server-tls-certificate " + certificate;
        builder.keyManager(certificate.toFile(), key.toFile());
      }
      return builder.build();
    } catch (IOException e) {
      throw unreadable(reading, e);
    }
  }

  private @Nullable String token() {
    if (tokenFile == null) {
      return null;
    }
    try {
      return Files.readString(tokenFile).strip();
    } catch (IOException e) {
      throw unreadable("--model-server-token-file " + tokenFile, e);
    }
  }

  private static CommandException unreadable(String what, IOException cause) {
    return new CommandException(what + " cannot be read: " + cause);
  }
}
