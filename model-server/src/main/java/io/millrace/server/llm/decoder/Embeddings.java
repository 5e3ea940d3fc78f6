package io.millrace.server.llm.decoder;

import io.millrace.server.inference.ModelLoadException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The vectors of all tokens, mapped from their file: INT8 codes {@code [vocabulary, width]}, then
 * FP32 scales {@code [vocabulary, width / 32]}.
 */
public final class Embeddings {
  private static final int BLOCK = 32;

  private final ByteBuffer codes;
  private final FloatBuffer scales;
  private final int width;

  private Embeddings(ByteBuffer codes, FloatBuffer scales, int width) {
    this.codes = codes;
    this.scales = scales;
    this.width = width;
  }

  /**
   * Maps the file.
   *
   * @throws ModelLoadException if it cannot be read or has another size
   */
  public static Embeddings map(Path file, int vocabulary, int width) {
    long codeBytes = (long) vocabulary * width;
    long bytes = codeBytes + codeBytes / BLOCK * Float.BYTES;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() != bytes) {
        throw new ModelLoadException(
            String.format(
                "%s has %d bytes, and language_model.json says %d; convert the model again",
                file, channel.size(), bytes));
      }
      ByteBuffer content = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes);
      content.order(ByteOrder.LITTLE_ENDIAN);
      FloatBuffer scales =
          content
              .slice((int) codeBytes, (int) (bytes - codeBytes))
              .order(ByteOrder.LITTLE_ENDIAN)
              .asFloatBuffer();
      return new Embeddings(content.slice(0, (int) codeBytes), scales, width);
    } catch (IOException e) {
      throw new ModelLoadException(file + " cannot be read: " + e, e);
    }
  }

  /** Puts a token's vector. */
  public void write(int token, FloatBuffer into) {
    int start = token * width;
    for (int block = 0; block < width / BLOCK; block++) {
      float scale = scales.get((start / BLOCK) + block);
      for (int i = 0; i < BLOCK; i++) {
        into.put(codes.get(start + block * BLOCK + i) * scale);
      }
    }
  }
}
