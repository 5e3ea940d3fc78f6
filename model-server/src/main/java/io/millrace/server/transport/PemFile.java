package io.millrace.server.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file of PEM blocks. Failures name the option, the file and the fix, and never its content. */
record PemFile(String option, Path path) {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC");

  /**
   * Its certificates, in the order of the file.
   *
   * @throws IOException if it cannot be read, or has none
   */
  List<X509Certificate> certificates() throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher block = BLOCK.matcher(text());
    while (block.find()) {
      if (block.group(1).equals("CERTIFICATE")) {
        certificates.add(certificate(decoded(block.group(2))));
      }
    }
    if (certificates.isEmpty()) {
      throw failure("has no certificate; it begins with -----BEGIN CERTIFICATE-----");
    }
    return certificates;
  }

  private X509Certificate certificate(byte[] der) throws IOException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw failure("has a certificate that cannot be read: " + e.getMessage());
    }
  }

  /**
   * Its private key.
   *
   * @throws IOException if it cannot be read, or has none of a kind that is supported
   */
  PrivateKey privateKey() throws IOException {
    Matcher block = BLOCK.matcher(text());
    while (block.find()) {
      switch (block.group(1)) {
        case "PRIVATE KEY" -> {
          return key(decoded(block.group(2)));
        }
        case "ENCRYPTED PRIVATE KEY" ->
            throw failure("is encrypted; write it without a password, readable by the server only");
        case "RSA PRIVATE KEY", "EC PRIVATE KEY" ->
            throw failure(
                "is in an older form; convert it: openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW");
        default -> {
          // Certificates and parameters may stand beside the key.
        }
      }
    }
    throw failure("has no private key; it begins with -----BEGIN PRIVATE KEY-----");
  }

  private PrivateKey key(byte[] der) throws IOException {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        // It may be of the next kind.
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java has " + algorithm, e);
      }
    }
    throw failure("is a key of another kind than " + ALGORITHMS + "; make one of these");
  }

  private byte[] decoded(String base64) throws IOException {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw failure("has a block that is not base64; write the file again");
    }
  }

  private String text() throws IOException {
    try {
      return Files.readString(path, StandardCharsets.US_ASCII);
    } catch (NoSuchFileException e) {
      throw failure("does not exist; name a PEM file");
    } catch (IOException e) {
      throw failure("cannot be read: " + e);
    }
  }

  private IOException failure(String what) {
    return new IOException(option + " " + path + " " + what);
  }
}
