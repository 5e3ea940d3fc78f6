package io.millrace.server.sources;

import io.millrace.schemas.FeatureSchema;
import io.millrace.server.inference.ModelLoadException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The vector of each item's text, of length one. In blocks of items, each dimension by dimension:
 * so the cosines of a block stay in the cache while dimensions are added, item beside item, which
 * the compiler turns into vector instructions. Immutable.
 */
public final class ItemVectors {
  private static final int DIMS = FeatureSchema.VECTOR_DIMS;
  private static final int BLOCK = 1024;

  private final int count;
  private final float[][] blocks;
  private final boolean[] present;

  private ItemVectors(int count) {
    this.count = count;
    this.blocks = new float[(count + BLOCK - 1) / BLOCK][];
    this.present = new boolean[count];
  }

  /**
   * Reads {@value FeatureSchema#VECTOR_DIMS} little-endian half-precision floats for each item;
   * zeros for one without a text.
   *
   * @param count items of the vocabulary
   * @throws ModelLoadException if the file has another size, or a number is not finite
   */
  public static ItemVectors read(Path file, int count) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ModelLoadException(file + " cannot be read: " + e, e);
    }
    if (bytes.length != (long) count * DIMS * Short.BYTES) {
      throw new ModelLoadException(
          String.format(
              "%s has %d bytes; %d items have %d dimensions of 2 bytes; export the bundle again",
              file, bytes.length, count, DIMS));
    }
    ShortBuffer halves = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    ItemVectors vectors = new ItemVectors(count);
    float[] vector = new float[DIMS];
    for (int item = 0; item < count; item++) {
      for (int dim = 0; dim < DIMS; dim++) {
        vector[dim] = HalfFloat.toFloat(halves.get(item * DIMS + dim));
        if (!Float.isFinite(vector[dim])) {
          throw new ModelLoadException(
              String.format(
                  "%s: dimension %d of item %d is %s; export the bundle again",
                  file, dim, item, vector[dim]));
        }
      }
      vectors.put(item, vector);
    }
    return vectors;
  }

  private void put(int item, float[] vector) {
    float length = length(FloatBuffer.wrap(vector));
    int block = item / BLOCK;
    int width = width(block);
    if (blocks[block] == null) {
      blocks[block] = new float[width * DIMS];
    }
    if (length > 0) {
      present[item] = true;
      for (int dim = 0; dim < DIMS; dim++) {
        blocks[block][dim * width + item % BLOCK] = vector[dim] / length;
      }
    }
  }

  private int width(int block) {
    return Math.min(BLOCK, count - block * BLOCK);
  }

  private static float length(FloatBuffer vector) {
    double squares = 0;
    for (int i = vector.position(); i < vector.limit(); i++) {
      squares += (double) vector.get(i) * vector.get(i);
    }
    return (float) Math.sqrt(squares);
  }

  /** Whether an item has a vector. */
  public boolean has(int item) {
    return present[item];
  }

  /**
   * The cosine of a vector with each item's; 0 for items without one.
   *
   * @param vector {@value FeatureSchema#VECTOR_DIMS} values from position to limit, not all zero
   * @param cosines one for each item
   */
  public void cosines(FloatBuffer vector, float[] cosines) {
    float length = length(vector);
    Arrays.fill(cosines, 0, count, 0f);
    for (int block = 0; block < blocks.length; block++) {
      int width = width(block);
      for (int dim = 0; dim < DIMS; dim++) {
        float value = vector.get(vector.position() + dim) / length;
        add(blocks[block], dim * width, value, cosines, block * BLOCK, width);
      }
    }
  }

  private static void add(float[] from, int at, float times, float[] to, int begin, int width) {
    for (int i = 0; i < width; i++) {
      to[begin + i] += times * from[at + i];
    }
  }
}
