package io.millrace.server.config;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Who may call, and what connections are like. */
@SuppressWarnings("NullAway.Init")
public final class TrustOptions {
  @Option(
      names = "--tokens-file",
      paramLabel = "FILE",
      description =
          "File with lines of a role and a token, infer TOKEN or admin TOKEN; callers need one then,"
              + " and admin to load and unload models. Read again when it changes. Default: none,"
              + " and everybody may call.")
  private Optional<Path> tokensFile = Optional.empty();

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE",
      description =
          "PEM file with the server's certificate and those that vouch for it: gRPC, HTTP and the"
              + " metrics then speak TLS 1.2 and 1.3 only. Needs --tls-key. Read again when it"
              + " changes. Default: none, and connections are not encrypted.")
  private Optional<Path> tlsCertificate = Optional.empty();

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description =
          "PEM file with the private key of that certificate: PKCS#8, RSA or EC, without a"
              + " password. Read again when it changes.")
  private Optional<Path> tlsKey = Optional.empty();

  @Option(
      names = "--tls-client-ca",
      paramLabel = "FILE",
      description =
          "PEM file with the certificates of those who vouch for callers: every connection then"
              + " needs a certificate of theirs (mutual TLS), for health and metrics, too. Read"
              + " again when it changes. Default: none, and callers need no certificate.")
  private Optional<Path> tlsClientCa = Optional.empty();

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  TrustOptions() {}

  void validate() {
    if (tlsCertificate.isPresent() != tlsKey.isPresent()) {
      throw new ParameterException(
          spec.commandLine(),
          tlsKey.isPresent()
              ? "--tls-key needs --tls-certificate, a PEM file"
              : "--tls-certificate needs --tls-key, a PEM file");
    }
    if (tlsClientCa.isPresent() && tlsCertificate.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--tls-client-ca needs --tls-certificate and --tls-key");
    }
  }

  /** File with the tokens of callers; without one, everybody may call. */
  public Optional<Path> tokensFile() {
    return tokensFile;
  }

  /** PEM file with the server's certificate; without one, connections are not encrypted. */
  public Optional<Path> tlsCertificate() {
    return tlsCertificate;
  }

  /** PEM file with the certificate's key; present if the certificate is. */
  public Optional<Path> tlsKey() {
    return tlsKey;
  }

  /** PEM file with those who vouch for callers; without one, callers need no certificate. */
  public Optional<Path> tlsClientCa() {
    return tlsClientCa;
  }
}
