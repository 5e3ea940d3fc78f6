package io.millrace.e2e;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The id that a list must have, computed here once more from its definition: the first 16 bytes of
 * SHA-256 over user, kind of trigger, trigger and newest event, each in UTF-8 after its length in 4
 * bytes.
 */
final class ExpectedId {
  private static final int ID_BYTES = 16;

  private ExpectedId() {}

  /** Of the list for an event that is the newest one of its user. */
  static String of(Event event) {
    return of(event.user(), "event", event.id(), event.id());
  }

  /** Of the list for a request, made when an event was the user's newest. */
  static String ofRequest(String user, String request, String newestEvent) {
    return of(user, "request", request, newestEvent);
  }

  private static String of(String... parts) {
    MessageDigest digest = sha256();
    for (String part : parts) {
      byte[] utf8 = part.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).array());
      digest.update(utf8);
    }
    return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(), ID_BYTES));
  }

  /** Digest of what is in a buffer, in hex. */
  static String sha256(ByteBuffer bytes) {
    MessageDigest digest = sha256();
    digest.update(bytes.duplicate());
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
