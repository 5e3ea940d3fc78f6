package io.millrace.server.bench;

import io.millrace.server.recommender.RetrieverRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads histories to measure with. */
final class HistoryFile {
  private static final int RATE = 5;

  private HistoryFile() {}

  /**
   * Reads one history per line: item indices separated by commas, oldest first. All items of a
   * history are excluded from its list, also those that are older than the cut.
   *
   * @param maxHistory newest items that are kept
   * @throws IllegalArgumentException naming the line that is no history
   */
  static List<RetrieverRow> read(Path file, int maxHistory) throws IOException {
    List<RetrieverRow> rows = new ArrayList<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      try {
        rows.add(row(indices(lines.get(i)), maxHistory));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            file + " line " + (i + 1) + " is not a list of item indices: " + e.getMessage(), e);
      }
    }
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(file + " holds no histories");
    }
    return rows;
  }

  /** The same history over and over until it is that long, as if the graph had padded it. */
  static RetrieverRow padded(RetrieverRow row, int length) {
    int known = row.items().length;
    if (known == 0) {
      return row;
    }
    int[] items = new int[length];
    int[] types = new int[length];
    float[] ages = new float[length];
    for (int i = 0; i < length; i++) {
      items[i] = row.items()[i % known];
      types[i] = row.eventTypes()[i % known];
      ages[i] = row.ageSeconds()[i % known];
    }
    return new RetrieverRow(items, types, ages, row.excluded(), null, null, 1);
  }

  /** The newest item alone. */
  static RetrieverRow newest(RetrieverRow row) {
    int known = row.items().length;
    return row(Arrays.copyOfRange(row.items(), Math.max(0, known - 1), known), 1);
  }

  private static int[] indices(String line) {
    return line.isBlank()
        ? new int[0]
        : Arrays.stream(line.split(",", -1)).mapToInt(v -> Integer.parseInt(v.strip())).toArray();
  }

  /** A history as a row: rated a second apart, its newest items kept, all of them excluded. */
  static RetrieverRow row(int[] all, int maxHistory) {
    int[] items = Arrays.copyOfRange(all, Math.max(0, all.length - maxHistory), all.length);
    int[] types = new int[items.length];
    float[] ages = new float[items.length];
    Arrays.fill(types, RATE);
    for (int i = 0; i < items.length; i++) {
      ages[i] = items.length - 1 - i;
    }
    return new RetrieverRow(items, types, ages, all, null, null, 1);
  }
}
