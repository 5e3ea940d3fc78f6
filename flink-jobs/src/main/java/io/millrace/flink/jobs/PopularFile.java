package io.millrace.flink.jobs;

import io.millrace.flink.config.InvalidOptionException;
import io.millrace.flink.config.PopularOptions;
import io.millrace.flink.records.PopularNow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the popular counts that a model's version comes with: lines of item id, tab, count. */
final class PopularFile {
  private PopularFile() {}

  /**
   * The most popular items of a file.
   *
   * @param path the file, or null for none
   * @param size items to keep
   * @throws InvalidOptionException if it cannot be read; the message names file and line
   */
  static PopularNow read(@Nullable Path path, int size) {
    if (path == null) {
      return PopularNow.NOTHING;
    }
    List<String> lines;
    try {
      lines = Files.readAllLines(path);
    } catch (IOException e) {
      throw new InvalidOptionException(
          PopularOptions.INITIAL_FILE.key() + ": " + path + " cannot be read as text (" + e + ")");
    }
    Map<String, Double> counts = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      int tab = line.lastIndexOf('\t');
      double count = tab > 0 ? count(line.substring(tab + 1)) : Double.NaN;
      if (!Double.isFinite(count) || count < 0) {
        throw new InvalidOptionException(
            PopularOptions.INITIAL_FILE.key()
                + ": "
                + path
                + " line "
                + (i + 1)
                + " is '"
                + line
                + "'; expected an item id, a tab and a count of at least 0");
      }
      if (count > 0) {
        counts.merge(line.substring(0, tab), count, Double::sum);
      }
    }
    PopularNow all = PopularNow.ofCounts(counts);
    return all.items().size() <= size
        ? all
        : new PopularNow(List.copyOf(all.items().subList(0, size)));
  }

  private static double count(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
