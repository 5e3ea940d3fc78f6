package io.millrace.server.sources;

import io.millrace.server.inference.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What items are called and what is known of them.
 *
 * @param items one for each item of the vocabulary, in its order
 */
public record ItemTexts(List<ItemText> items) {
  /**
   * The text of one item; both parts empty for an item that may not be brought by its text.
   *
   * @param title its name
   * @param attributes values such as a genre or a maker
   */
  public record ItemText(String title, List<String> attributes) {
    /** Whether nothing is known of the item. */
    public boolean isEmpty() {
      return title.isEmpty() && attributes.isEmpty();
    }
  }

  /** Copies the list. */
  public ItemTexts {
    items = List.copyOf(items);
  }

  /**
   * Reads one line for each item: its title, a tab, its attributes joined by {@code |}.
   *
   * @param count items of the vocabulary
   * @throws ModelLoadException if the file is not such a table
   */
  public static ItemTexts read(Path file, int count) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new ModelLoadException(file + " cannot be read as UTF-8: " + e, e);
    }
    if (lines.size() != count) {
      throw new ModelLoadException(
          String.format(
              "%s has %d lines, the vocabulary has %d items; export the bundle again",
              file, lines.size(), count));
    }
    List<ItemText> items = new ArrayList<>(count);
    for (String line : lines) {
      int tab = line.indexOf('\t');
      if (tab < 0 || line.indexOf('\t', tab + 1) >= 0) {
        throw new ModelLoadException(
            String.format(
                "%s line %d is not 'title, tab, attributes'; export the bundle again",
                file, items.size() + 1));
      }
      String attributes = line.substring(tab + 1);
      items.add(
          new ItemText(
              line.substring(0, tab),
              attributes.isEmpty() ? List.of() : List.of(attributes.split("\\|"))));
    }
    return new ItemTexts(items);
  }
}
