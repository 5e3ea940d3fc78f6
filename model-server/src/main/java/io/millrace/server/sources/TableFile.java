package io.millrace.server.sources;

import io.millrace.server.inference.ModelLoadException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A bundle's table over the items of its vocabulary: four letters that say which kind, then its
 * version, how many items, and a number of the kind's own, all little endian.
 */
final class TableFile {
  private static final int LETTERS = 4;
  private static final int HEADER_BYTES = LETTERS + 3 * Integer.BYTES;

  private TableFile() {}

  /**
   * What is behind letters, version and items.
   *
   * @param kind of table, as a message names it
   * @param letters four of ASCII
   * @param items of the vocabulary
   * @throws ModelLoadException if the file is another kind of table, of another version, or over
   *     another vocabulary
   */
  static ByteBuffer open(Path file, String kind, String letters, int version, int items) {
    ByteBuffer bytes;
    try {
      bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new ModelLoadException(file + " cannot be read: " + e, e);
    }
    byte[] magic = letters.getBytes(StandardCharsets.US_ASCII);
    if (bytes.remaining() < HEADER_BYTES
        || !bytes.slice(0, LETTERS).equals(ByteBuffer.wrap(magic))) {
      throw broken(
          file,
          String.format("is no %s: it does not begin with %s and three numbers", kind, letters));
    }
    bytes.position(LETTERS);
    int given = bytes.getInt();
    if (given != version) {
      throw broken(file, "has version " + given + ", this server reads " + version);
    }
    int known = bytes.getInt();
    if (known != items) {
      throw broken(file, "has " + known + " items, the vocabulary has " + items);
    }
    return bytes;
  }

  /** That it cannot be served. */
  static ModelLoadException broken(Path file, String what) {
    return new ModelLoadException(file + " " + what + "; export the bundle again");
  }
}
