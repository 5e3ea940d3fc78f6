package io.millrace.flink.inference;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.millrace.flink.features.PackedIds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Texts as the raw content of a BYTES tensor: each its length in 4 little-endian bytes, then it.
 */
final class BytesTensor {
  static final int LENGTH_BYTES = 4;

  private BytesTensor() {}

  /**
   * Encodes texts. Packed ids, which is what jobs call with, are laid out like this already and are
   * not copied; other ids are nearly always ASCII, which takes one pass and one allocation.
   */
  static ByteString encode(List<String> texts) {
    if (texts instanceof PackedIds packed) {
      return UnsafeByteOperations.unsafeWrap(packed.tensor());
    }
    int size = 0;
    for (String text : texts) {
      size += LENGTH_BYTES + text.length();
    }
    byte[] bytes = new byte[size];
    int at = 0;
    for (String text : texts) {
      int length = text.length();
      int i = 0;
      while (i < length && text.charAt(i) < 0x80) {
        bytes[at + LENGTH_BYTES + i] = (byte) text.charAt(i);
        i++;
      }
      if (i < length) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        bytes = Arrays.copyOf(bytes, bytes.length + utf8.length - length);
        System.arraycopy(utf8, 0, bytes, at + LENGTH_BYTES, utf8.length);
        length = utf8.length;
      }
      bytes[at] = (byte) length;
      bytes[at + 1] = (byte) (length >>> 8);
      bytes[at + 2] = (byte) (length >>> 16);
      bytes[at + 3] = (byte) (length >>> 24);
      at += LENGTH_BYTES + length;
    }
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  /**
   * Decodes texts.
   *
   * @throws BadAnswerException if the content is not exactly {@code count} texts in UTF-8
   */
  static List<String> decode(ByteString raw, int count, String name) {
    ByteBuffer in = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    List<String> texts = new ArrayList<>(Math.min(count, raw.size() / LENGTH_BYTES));
    int at = 0;
    for (int i = 0; i < count; i++) {
      int left = raw.size() - at - LENGTH_BYTES;
      int length = left < 0 ? -1 : in.getInt(at);
      if (length < 0 || length > left) {
        throw new BadAnswerException(
            name + "[" + i + "] is cut off in " + raw.size() + " bytes of content");
      }
      at += LENGTH_BYTES;
      texts.add(text(raw.substring(at, at + length), name, i));
      at += length;
    }
    if (at != raw.size()) {
      throw new BadAnswerException(
          name + " has " + (raw.size() - at) + " bytes after its " + count + " elements");
    }
    return texts;
  }

  static String text(ByteString bytes, String name, int index) {
    if (!bytes.isValidUtf8()) {
      throw new BadAnswerException(name + "[" + index + "] is not UTF-8");
    }
    return bytes.toStringUtf8();
  }
}
