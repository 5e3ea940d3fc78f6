package io.millrace.standalone.cli;

import java.nio.file.Path;
import java.util.List;

/**
 * A command as somebody typed it: for a report that others read, and run again. The launcher adds
 * files of this machine to it, all of them in its cache folder; those are left out.
 */
final class TypedCommand {
  private TypedCommand() {}

  /**
   * The words of a command, after its name.
   *
   * @param name of the command, which may be among its words
   * @param cache the launcher's folder
   */
  static String of(String name, List<String> words, Path cache) {
    StringBuilder typed = new StringBuilder(name);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.startsWith("--") && i + 1 < words.size() && isIn(cache, words.get(i + 1))) {
        i++;
      } else if (!word.equals(name) && !isIn(cache, word.substring(word.indexOf('=') + 1))) {
        typed.append(' ').append(word);
      }
    }
    return typed.toString();
  }

  private static boolean isIn(Path cache, String value) {
    return value.startsWith(cache + "/");
  }
}
