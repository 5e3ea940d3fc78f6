package io.millrace.server.sources;

import io.millrace.server.inference.ModelLoadException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * For each item those that follow it or go with it, and how much; six bytes for each pair. On the
 * heap, so that a version that was replaced leaves nothing behind. Immutable.
 */
public final class NeighbourTable {
  private static final String LETTERS = "MRNB";
  private static final int VERSION = 1;
  private static final int NONE = -1;
  private static final int MOST_WIDTH = 10_000;

  private final int width;
  private final int[] neighbours;
  private final short[] weights;

  /** For each item the place behind its last neighbour. */
  private final int[] ends;

  private NeighbourTable(int width, int[] neighbours, short[] weights) {
    this.width = width;
    this.neighbours = neighbours;
    this.weights = weights;
    this.ends = new int[neighbours.length / width];
    for (int item = 0; item < ends.length; item++) {
      int end = item * width;
      while (end < (item + 1) * width && neighbours[end] != NONE) {
        end++;
      }
      ends[item] = end;
    }
  }

  /**
   * Reads, all little endian: the letters MRNB, version, items, width; for each item as many
   * neighbours, -1 after the last; and the weight of each in half precision, the largest first.
   *
   * @param items of the vocabulary
   * @throws ModelLoadException if the file is not such a table over that vocabulary
   */
  public static NeighbourTable read(Path file, int items) {
    ByteBuffer bytes = TableFile.open(file, "table of neighbours", LETTERS, VERSION, items);
    int width = bytes.getInt();
    if (width < 1 || width > MOST_WIDTH) {
      throw TableFile.broken(file, "has width " + width + ", it goes from 1 to " + MOST_WIDTH);
    }
    long expected = (long) items * width * (Integer.BYTES + Short.BYTES);
    if (bytes.remaining() != expected) {
      throw TableFile.broken(
          file,
          String.format(
              "has %d bytes behind its head; %d items of width %d have %d",
              bytes.remaining(), items, width, expected));
    }
    int[] neighbours = new int[items * width];
    bytes.asIntBuffer().get(neighbours);
    bytes.position(bytes.position() + neighbours.length * Integer.BYTES);
    short[] weights = new short[neighbours.length];
    bytes.asShortBuffer().get(weights);
    NeighbourTable table = new NeighbourTable(width, neighbours, weights);
    for (int item = 0; item < items; item++) {
      table.check(file, item);
    }
    return table;
  }

  private void check(Path file, int item) {
    boolean ended = false;
    float last = Float.MAX_VALUE;
    for (int at = item * width; at < (item + 1) * width; at++) {
      int neighbour = neighbours[at];
      if (neighbour == NONE) {
        ended = true;
      } else if (ended || neighbour < 0 || neighbour >= items()) {
        throw TableFile.broken(
            file,
            String.format(
                "has neighbour %d at place %d of item %d; they go from 0 to %d, and -1 is only at"
                    + " the end",
                neighbour, at % width, item, items() - 1));
      } else {
        float weight = HalfFloat.toFloat(weights[at]);
        if (!(weight > 0 && weight <= last)) {
          throw TableFile.broken(
              file,
              String.format(
                  "has weight %s at place %d of item %d; weights are above 0, finite, the largest"
                      + " first",
                  weight, at % width, item));
        }
        last = weight;
      }
    }
  }

  /** Items that it knows. */
  int items() {
    return neighbours.length / width;
  }

  /** Whether an item has neighbours. */
  boolean has(int item) {
    return ends[item] > item * width;
  }

  /** Adds the weights of an item's neighbours, times a factor, to their scores. */
  void addTo(int item, float factor, SparseScores scores) {
    scores.addAll(neighbours, weights, item * width, ends[item], factor);
  }
}
