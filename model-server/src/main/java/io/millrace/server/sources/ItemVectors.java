package io.millrace.server.sources;

import io.millrace.schemas.FeatureSchema;
import java.nio.FloatBuffer;
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

  /** Those vectors in that layout. */
  public static ItemVectors of(TextVectors texts) {
    ItemVectors vectors = new ItemVectors(texts.items());
    for (int item = 0; item < texts.items(); item++) {
      vectors.put(item, texts);
    }
    return vectors;
  }

  private void put(int item, TextVectors texts) {
    int block = item / BLOCK;
    int width = width(block);
    if (blocks[block] == null) {
      blocks[block] = new float[width * DIMS];
    }
    present[item] = texts.has(item);
    for (int dim = 0; dim < DIMS; dim++) {
      blocks[block][dim * width + item % BLOCK] = texts.value(item, dim);
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
