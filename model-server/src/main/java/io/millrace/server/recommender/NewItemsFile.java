package io.millrace.server.recommender;

import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.sources.NewItems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A bundle's new items: id, tab, the second since the epoch from which on it is known. Training
 * decided that they are new; when they came is for the version after it.
 */
final class NewItemsFile {
  private NewItemsFile() {}

  /**
   * Which items they are.
   *
   * @throws ModelLoadException if a line is not an id of the vocabulary and a number
   */
  static NewItems read(Path file, Vocabulary vocabulary) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new ModelLoadException(file + " cannot be read: " + e, e);
    }
    int[] items = new int[lines.size()];
    for (int line = 0; line < items.length; line++) {
      items[line] = item(file, line, lines.get(line), vocabulary);
    }
    return new NewItems(items);
  }

  private static int item(Path file, int line, String text, Vocabulary vocabulary) {
    int tab = text.lastIndexOf('\t');
    byte[] id = text.substring(0, Math.max(0, tab)).getBytes(StandardCharsets.UTF_8);
    int index = vocabulary.indexOf(id, 0, id.length);
    if (!text.substring(tab + 1).matches("\\d{1,18}") || !vocabulary.isItem(index)) {
      throw new ModelLoadException(
          String.format(
              "%s line %d is not 'id of the vocabulary, tab, seconds'; export the bundle again",
              file, line + 1));
    }
    return index - Vocabulary.FIRST_ITEM;
  }
}
