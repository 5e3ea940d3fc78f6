package io.millrace.server.raw;

import java.util.Arrays;
import java.util.List;

/**
 * Gives a row's elements another shape: the same elements, in the same order. Dimensions of any
 * size stand in both shapes, equally many, and are equal in order.
 *
 * @param from without the batch dimension; -1 is a dimension of any size
 * @param to likewise
 */
public record Reshape(List<Long> from, List<Long> to) {
  private static final long ANY = -1;

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if the shapes cannot hold the same elements
   */
  public Reshape {
    from = List.copyOf(from);
    to = List.copyOf(to);
    if (fixed(from) != fixed(to) || anys(from) != anys(to)) {
      throw new IllegalArgumentException(from + " and " + to + " do not hold the same elements");
    }
  }

  private static long fixed(List<Long> shape) {
    return shape.stream().filter(dim -> dim != ANY).reduce(1L, Math::multiplyExact);
  }

  private static long anys(List<Long> shape) {
    return shape.stream().filter(dim -> dim == ANY).count();
  }

  /**
   * The new dimensions.
   *
   * @param shape a full shape that agrees with {@link #from} behind its first dimensions
   * @param leading how many dimensions come before and stay: 1 with a batch dimension, else 0
   */
  long[] apply(long[] shape, int leading) {
    long[] reshaped = Arrays.copyOf(shape, leading + to.size());
    int source = 0;
    for (int i = 0; i < to.size(); i++) {
      if (to.get(i) == ANY) {
        while (from.get(source) != ANY) {
          source++;
        }
        reshaped[leading + i] = shape[leading + source];
        source++;
      } else {
        reshaped[leading + i] = to.get(i);
      }
    }
    return reshaped;
  }
}
