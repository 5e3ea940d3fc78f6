package io.millrace.schemas;

import io.millrace.schemas.avro.InteractionType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a model may expect of its inputs, and the hash that both ends of a call compare: a job that
 * computes features in one way never feeds a model that was trained on another.
 *
 * <p>The text itself is the resource {@value #RESOURCE}; training keeps an identical copy.
 */
public final class FeatureSchema {
  /** Width of profile and query vectors. */
  public static final int VECTOR_DIMS = 384;

  private static final String RESOURCE = "feature-schema.json";
  private static final int HASH_BYTES = 8;
  private static final String HASH = hashOf(text());

  private FeatureSchema() {}

  /** First 8 bytes of SHA-256 over the schema's text, in lower-case hex. */
  public static String hash() {
    return HASH;
  }

  /** The code of an event type in a model's {@code event_type} input; 0 for one it has none for. */
  public static int eventTypeCode(InteractionType type) {
    return switch (type) {
      case VIEW -> 1;
      case CLICK -> 2;
      case LIKE -> 3;
      case DISLIKE -> 4;
      case RATE -> 5;
      case PURCHASE -> 6;
      case SKIP -> 7;
      case UNKNOWN, PREFERENCE_STATEMENT -> 0;
    };
  }

  static byte[] text() {
    try (InputStream in = FeatureSchema.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing beside " + FeatureSchema.class);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + RESOURCE, e);
    }
  }

  private static String hashOf(byte[] text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
