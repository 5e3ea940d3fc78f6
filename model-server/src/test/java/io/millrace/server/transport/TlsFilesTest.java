package io.millrace.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.transport.TestAuthority.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class TlsFilesTest {
  @TempDir static Path folder;
  private static Pair first;
  private static Pair second;
  private static Path authority;

  private final Path certificate = folder.resolve("certificate.pem");
  private final Path key = folder.resolve("key.pem");
  private final Path authorities = folder.resolve("authorities.pem");

  @BeforeAll
  static void issue() throws Exception {
    TestAuthority issuer = new TestAuthority(folder, "root");
    first = issuer.issue("first", "EC");
    second = issuer.issue("second", "RSA");
    authority = issuer.certificate();
  }

  @BeforeEach
  void write() throws IOException {
    replace(first.certificate(), certificate);
    replace(first.key(), key);
    replace(authority, authorities);
  }

  private static void replace(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private TlsFiles open() throws IOException {
    return new TlsFiles(certificate, key, Optional.of(authorities), InstantSource.system());
  }

  private static String shown(TlsFiles files, String keyType) {
    X509ExtendedKeyManager identity = (X509ExtendedKeyManager) files.identity();
    String alias = identity.chooseEngineServerAlias(keyType, null, null);
    if (alias == null) {
      return "nothing";
    }
    X509Certificate[] chain = identity.getCertificateChain(alias);
    assertThat(identity.getPrivateKey(alias).getAlgorithm()).isEqualTo(keyType);
    return chain[0].getSubjectX500Principal().getName();
  }

  @Test
  void aChangedPairIsShownAtTheNextLook() throws IOException {
    TlsFiles files = open();
    assertThat(shown(files, "EC")).isEqualTo("CN=first");
    assertThat(shown(files, "RSA")).isEqualTo("nothing");
    replace(second.certificate(), certificate);
    replace(second.key(), key);
    files.refresh();
    assertThat(shown(files, "RSA")).isEqualTo("CN=second");
    assertThat(shown(files, "EC")).isEqualTo("nothing");
    assertThat(files.reloads()).isEqualTo(1);
    assertThat(files.failures()).isZero();
  }

  @Test
  void aHandshakeThatHasBegunEndsWithWhatItBeganWith() throws IOException {
    TlsFiles files = open();
    X509ExtendedKeyManager identity = (X509ExtendedKeyManager) files.identity();
    String alias = identity.chooseEngineServerAlias("EC", null, null);
    replace(second.certificate(), certificate);
    replace(second.key(), key);
    files.refresh();
    assertThat(identity.getPrivateKey(alias).getAlgorithm()).isEqualTo("EC");
    assertThat(identity.getCertificateChain(alias)[0].getSubjectX500Principal().getName())
        .isEqualTo("CN=first");
  }

  @Test
  void halfAReplacementIsRefusedAndTheOtherHalfCompletesIt() throws IOException {
    TlsFiles files = open();
    replace(second.certificate(), certificate);
    files.refresh();
    files.refresh();
    assertThat(shown(files, "EC")).isEqualTo("CN=first");
    assertThat(files.failures()).isEqualTo(1);
    replace(second.key(), key);
    files.refresh();
    assertThat(shown(files, "RSA")).isEqualTo("CN=second");
  }

  @Test
  void brokenFilesChangeNothing() throws IOException {
    TlsFiles files = open();
    Files.writeString(authorities, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");
    files.refresh();
    replace(authority, authorities);
    Files.delete(key);
    files.refresh();
    assertThat(shown(files, "EC")).isEqualTo("CN=first");
    assertThat(files.failures()).isEqualTo(2);
    assertThat(files.reloads()).isZero();
  }

  @Test
  void atTheStartEveryFaultNamesOptionFileAndFix() throws IOException {
    replace(second.key(), key);
    assertThatThrownBy(this::open)
        .hasMessageContaining("--tls-certificate " + certificate)
        .hasMessageContaining("--tls-key " + key + " do not belong together");
    Files.writeString(key, "-----BEGIN RSA PRIVATE KEY-----\nAA==\n-----END RSA PRIVATE KEY-----");
    assertThatThrownBy(this::open)
        .hasMessageContaining("--tls-key " + key)
        .hasMessageContaining("openssl pkcs8 -topk8");
    Files.writeString(
        key, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----");
    assertThatThrownBy(this::open).hasMessageContaining("is encrypted");
    Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----");
    assertThatThrownBy(this::open).hasMessageContaining("another kind than [RSA, EC]");
    Files.writeString(key, "");
    assertThatThrownBy(this::open).hasMessageContaining("has no private key");
    Files.delete(key);
    assertThatThrownBy(this::open).hasMessageContaining("does not exist; name a PEM file");
    replace(first.key(), key);
    Files.writeString(authorities, "");
    assertThatThrownBy(this::open)
        .hasMessageContaining("--tls-client-ca " + authorities + " has no certificate");
  }

  @Test
  void whatHasExpiredIsRefused() {
    InstantSource later = () -> Instant.now().plus(Duration.ofDays(3));
    assertThatThrownBy(() -> new TlsFiles(certificate, key, Optional.empty(), later))
        .hasMessageContaining("--tls-certificate " + certificate + " expired at ");
  }
}
