package io.millrace.server.recommender;

import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.sources.ItemCounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A bundle's counts of events by item: id, tab, number. */
final class PopularFile {
  private PopularFile() {}

  /**
   * How often each item was met; those that the file does not have were not.
   *
   * @param file null without one
   * @throws ModelLoadException if a line is not an id and a number
   */
  static ItemCounts read(@Nullable Path file, Vocabulary vocabulary) {
    List<Integer> events = new ArrayList<>(Collections.nCopies(vocabulary.size(), 0));
    if (file != null) {
      int number = 0;
      for (String line : lines(file)) {
        number++;
        int tab = line.lastIndexOf('\t');
        if (tab < 1 || !line.substring(tab + 1).matches("\\d{1,9}")) {
          throw new ModelLoadException(
              file + " line " + number + " is not 'id, tab, number'; export the bundle again");
        }
        byte[] id = line.substring(0, tab).getBytes(StandardCharsets.UTF_8);
        int index = vocabulary.indexOf(id, 0, id.length);
        if (vocabulary.isItem(index)) {
          events.set(
              index - Vocabulary.FIRST_ITEM, Integer.parseInt(line, tab + 1, line.length(), 10));
        }
      }
    }
    return new ItemCounts(events);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new ModelLoadException(file + " cannot be read: " + e, e);
    }
  }
}
