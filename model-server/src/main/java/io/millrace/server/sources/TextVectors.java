package io.millrace.server.sources;

import io.millrace.schemas.FeatureSchema;
import io.millrace.server.inference.ModelLoadException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The vector of each item's text, of length one, item after item: for those who need a few of them.
 * Immutable.
 */
public final class TextVectors {
  /** Numbers of a vector. */
  public static final int DIMS = FeatureSchema.VECTOR_DIMS;

  private static final int LANES = 8;

  private final float[] values;
  private final boolean[] present;

  private TextVectors(int items) {
    this.values = new float[items * DIMS];
    this.present = new boolean[items];
  }

  /**
   * Reads {@value FeatureSchema#VECTOR_DIMS} little-endian half-precision floats for each item;
   * zeros for one without a text.
   *
   * @param items of the vocabulary
   * @throws ModelLoadException if the file has another size, or a number is not finite
   */
  public static TextVectors read(Path file, int items) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ModelLoadException(file + " cannot be read: " + e, e);
    }
    if (bytes.length != (long) items * DIMS * Short.BYTES) {
      throw new ModelLoadException(
          String.format(
              "%s has %d bytes; %d items have %d dimensions of 2 bytes; export the bundle again",
              file, bytes.length, items, DIMS));
    }
    ShortBuffer halves = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    TextVectors vectors = new TextVectors(items);
    for (int item = 0; item < items; item++) {
      vectors.put(file, item, halves);
    }
    return vectors;
  }

  private void put(Path file, int item, ShortBuffer halves) {
    double squares = 0;
    for (int dim = 0; dim < DIMS; dim++) {
      float value = HalfFloat.toFloat(halves.get(item * DIMS + dim));
      if (!Float.isFinite(value)) {
        throw new ModelLoadException(
            String.format(
                "%s: dimension %d of item %d is %s; export the bundle again",
                file, dim, item, value));
      }
      values[item * DIMS + dim] = value;
      squares += (double) value * value;
    }
    float length = (float) Math.sqrt(squares);
    if (length > 0) {
      present[item] = true;
      for (int dim = 0; dim < DIMS; dim++) {
        values[item * DIMS + dim] /= length;
      }
    }
  }

  /** How many items there are. */
  public int items() {
    return present.length;
  }

  /** Whether an item has a vector. */
  public boolean has(int item) {
    return present[item];
  }

  /** One number of an item's vector. */
  float value(int item, int dim) {
    return values[item * DIMS + dim];
  }

  /** Adds an item's vector to another. */
  public void addTo(int item, float[] sum) {
    for (int dim = 0; dim < DIMS; dim++) {
      sum[dim] += values[item * DIMS + dim];
    }
  }

  /** Adds an item's vector, times a factor, to another. */
  void addTo(int item, float factor, float[] sum) {
    for (int dim = 0; dim < DIMS; dim++) {
      sum[dim] += factor * values[item * DIMS + dim];
    }
  }

  /** The cosine of two items' vectors; 0 where one has none. */
  public float cosine(int item, int other) {
    return dot(values, item * DIMS, values, other * DIMS);
  }

  /** The product of an item's vector with another. */
  public float dot(float[] vector, int item) {
    return dot(vector, 0, values, item * DIMS);
  }

  /** In several sums, so that one addition does not wait for the one before it. */
  private static float dot(float[] a, int fromA, float[] b, int fromB) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    for (int dim = 0; dim < DIMS; dim += LANES) {
      int i = fromA + dim;
      int j = fromB + dim;
      s0 += a[i] * b[j];
      s1 += a[i + 1] * b[j + 1];
      s2 += a[i + 2] * b[j + 2];
      s3 += a[i + 3] * b[j + 3];
      s4 += a[i + 4] * b[j + 4];
      s5 += a[i + 5] * b[j + 5];
      s6 += a[i + 6] * b[j + 6];
      s7 += a[i + 7] * b[j + 7];
    }
    return s0 + s1 + s2 + s3 + (s4 + s5 + s6 + s7);
  }
}
