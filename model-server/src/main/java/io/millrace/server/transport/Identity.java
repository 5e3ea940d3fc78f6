package io.millrace.server.transport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Who the server says it is: a key, and the certificates that vouch for it, the key's own first.
 *
 * @param alias tells this identity from those before it
 */
record Identity(String alias, List<X509Certificate> chain, PrivateKey key) {
  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA");

  Identity {
    chain = List.copyOf(chain);
  }

  /**
   * Reads both files.
   *
   * @param now a certificate that has expired by then is refused
   * @throws IOException naming option, file and fix
   */
  static Identity read(String alias, PemFile certificate, PemFile key, Instant now)
      throws IOException {
    Identity identity = new Identity(alias, certificate.certificates(), key.privateKey());
    if (!identity.belongTogether()) {
      throw new IOException(
          String.format(
              "%s %s and %s %s do not belong together; write both from one request",
              certificate.option(), certificate.path(), key.option(), key.path()));
    }
    if (identity.notAfter().isBefore(now)) {
      throw new IOException(
          String.format(
              "%s %s expired at %s; have it renewed",
              certificate.option(), certificate.path(), identity.notAfter()));
    }
    return identity;
  }

  /** Files are replaced one after the other, so a new one may stand beside an old one. */
  private boolean belongTogether() {
    byte[] text = alias.getBytes(StandardCharsets.UTF_8);
    String algorithm = SIGNATURES.get(key.getAlgorithm());
    if (!chain.get(0).getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
      return false;
    }
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(text);
      byte[] signature = signer.sign();
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(chain.get(0).getPublicKey());
      verifier.update(text);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** When its certificate expires. */
  Instant notAfter() {
    return chain.get(0).getNotAfter().toInstant();
  }

  /** Whether it can be shown to a caller who wants keys of that kind. */
  boolean is(String keyType) {
    return key.getAlgorithm().equals(keyType);
  }
}
