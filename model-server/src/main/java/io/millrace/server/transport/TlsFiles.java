package io.millrace.server.transport;

import io.millrace.server.watch.FileState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificates out of files. They are read again when one of the files has changed, all together;
 * while that fails, those that were read last go on being used.
 */
public final class TlsFiles {
  private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);

  private final PemFile certificate;
  private final PemFile key;
  private final Optional<PemFile> clientAuthorities;
  private final InstantSource calendar;
  private final ServedIdentity identity;
  private final Optional<CallerTrust> trust;

  private FileState state;
  private volatile long reloads;
  private volatile long failures;

  /**
   * Reads the files.
   *
   * @param certificate PEM: the server's own certificate, and those that vouch for it
   * @param key PEM, PKCS#8: its key, RSA or EC
   * @param clientAuthorities PEM: who may vouch for callers; empty: callers need no certificate
   * @param calendar a certificate that has expired is refused
   * @throws IOException naming option, file and fix
   */
  public TlsFiles(
      Path certificate, Path key, Optional<Path> clientAuthorities, InstantSource calendar)
      throws IOException {
    this.certificate = new PemFile("--tls-certificate", certificate);
    this.key = new PemFile("--tls-key", key);
    this.clientAuthorities = clientAuthorities.map(path -> new PemFile("--tls-client-ca", path));
    this.calendar = calendar;
    this.state = FileState.of(paths());
    this.identity = new ServedIdentity(readIdentity(0));
    this.trust =
        this.clientAuthorities.isPresent()
            ? Optional.of(
                new CallerTrust(CallerTrust.of(this.clientAuthorities.get().certificates())))
            : Optional.empty();
  }

  private List<Path> paths() {
    List<Path> paths = new ArrayList<>(List.of(certificate.path(), key.path()));
    clientAuthorities.ifPresent(file -> paths.add(file.path()));
    return paths;
  }

  private Identity readIdentity(long number) throws IOException {
    return Identity.read("identity-" + number, certificate, key, calendar.instant());
  }

  /** Reads the files again if one has changed. Never throws. */
  public synchronized void refresh() {
    FileState now = FileState.of(paths());
    if (now.equals(state)) {
      return;
    }
    state = now;
    try {
      Identity next = readIdentity(reloads + 1);
      if (trust.isPresent() && clientAuthorities.isPresent()) {
        trust.get().replace(CallerTrust.of(clientAuthorities.get().certificates()));
      }
      identity.replace(next);
      reloads++;
      LOG.info("read the certificates again; ours is valid until {}", next.notAfter());
    } catch (IOException e) {
      failures++;
      LOG.error("the certificates that were read before go on being used: {}", e.getMessage());
    }
  }

  /** Shows callers the current identity. */
  public KeyManager identity() {
    return identity;
  }

  /** Decides about callers' certificates; empty: they need none. */
  public Optional<TrustManager> callers() {
    return trust.map(TrustManager.class::cast);
  }

  /** When the server's certificate expires. */
  public Instant notAfter() {
    return identity.current().notAfter();
  }

  /** How often changed files were taken. */
  public long reloads() {
    return reloads;
  }

  /** How often changed files were refused. */
  public long failures() {
    return failures;
  }
}
