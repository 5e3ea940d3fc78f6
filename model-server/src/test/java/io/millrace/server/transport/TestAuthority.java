package io.millrace.server.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Vouches for servers and callers of one test; its keys end with the test. */
public final class TestAuthority {
  private static final String PASSWORD = "password";
  private static final String SELF = "authority";

  private final Path folder;
  private final Path store;
  private final Path certificate;

  /** PEM files of one identity. */
  public record Pair(Path certificate, Path key) {}

  /**
   * With files in that folder.
   *
   * @param name no two in a folder have the same
   */
  public TestAuthority(Path folder, String name) throws Exception {
    this.folder = folder;
    this.store = folder.resolve(name + ".p12");
    keytool("-genkeypair", "-alias", SELF, "-dname", "CN=" + name, "-keyalg", "EC", "-ext", "bc:c");
    this.certificate = folder.resolve(name + ".pem");
    Files.writeString(certificate, pem("CERTIFICATE", load().getCertificate(SELF).getEncoded()));
  }

  /** Its own certificate, for those who trust it. */
  public Path certificate() {
    return certificate;
  }

  /**
   * Vouches for a new key, for the address 127.0.0.1.
   *
   * @param algorithm RSA or EC
   */
  public Pair issue(String name, String algorithm) throws Exception {
    keytool(
        "-genkeypair",
        "-alias",
        name,
        "-dname",
        "CN=" + name,
        "-keyalg",
        algorithm,
        "-signer",
        SELF,
        "-ext",
        "san=ip:127.0.0.1");
    StringBuilder chain = new StringBuilder();
    for (Certificate link : load().getCertificateChain(name)) {
      chain.append(pem("CERTIFICATE", link.getEncoded()));
    }
    byte[] key = load().getKey(name, PASSWORD.toCharArray()).getEncoded();
    return new Pair(
        Files.writeString(folder.resolve(name + "-certificate.pem"), chain),
        Files.writeString(folder.resolve(name + "-key.pem"), pem("PRIVATE KEY", key)));
  }

  private KeyStore load() throws IOException, GeneralSecurityException {
    return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
  }

  /** Java makes certificates only with its tool. */
  private void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    command.addAll(List.of("-validity", "2", "-noprompt"));
    Path output = folder.resolve("keytool.log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IOException(Files.readString(output));
    }
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }
}
