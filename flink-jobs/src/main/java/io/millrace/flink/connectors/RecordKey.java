package io.millrace.flink.connectors;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Takes a record's Kafka key from its value.
 *
 * @param <V> the value's record class
 */
@FunctionalInterface
public interface RecordKey<V> extends Serializable {

  /** The key's bytes; null for a record without a key. */
  byte @Nullable [] of(V value);

  /** A text as a key. */
  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The bytes that remain in a buffer as a key, without moving its position; null for null. */
  static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
