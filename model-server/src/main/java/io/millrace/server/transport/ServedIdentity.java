package io.millrace.server.transport;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows callers the server's identity, which may be replaced at any time. A handshake asks for the
 * alias first and for key and certificates later, so the identity before the current one is kept.
 */
final class ServedIdentity extends X509ExtendedKeyManager {
  private record Known(Identity current, @Nullable Identity previous) {}

  private volatile Known known;

  ServedIdentity(Identity first) {
    this.known = new Known(first, null);
  }

  /** Handshakes that begin from now on show this one. */
  void replace(Identity next) {
    known = new Known(next, known.current());
  }

  Identity current() {
    return known.current();
  }

  private @Nullable Identity named(@Nullable String alias) {
    Known now = known;
    if (now.current().alias().equals(alias)) {
      return now.current();
    }
    Identity previous = now.previous();
    return previous != null && previous.alias().equals(alias) ? previous : null;
  }

  private @Nullable String alias(String keyType) {
    Identity current = known.current();
    return current.is(keyType) ? current.alias() : null;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(keyType);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(keyType);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    String alias = alias(keyType);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
    Identity identity = named(alias);
    return identity == null ? null : identity.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
    Identity identity = named(alias);
    return identity == null ? null : identity.key();
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
