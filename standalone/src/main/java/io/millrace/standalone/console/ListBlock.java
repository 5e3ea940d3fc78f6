package io.millrace.standalone.console;

import java.util.ArrayList;
import java.util.List;

/** What a user just did beside what they are recommended, as a block of text. */
final class ListBlock {
  private static final int LEFT = 38;
  private static final int RIGHT = 40;
  private static final int STARS = 5;

  private ListBlock() {}

  /** A film and what the user gave it. */
  record Rated(String title, double stars) {}

  /**
   * Lines of one block, each at most 80 columns.
   *
   * @param headline who, and how the list came
   * @param rated newest first
   * @param recommended titles, best first
   * @param notes shown below, cut to the line
   */
  static List<String> render(
      String headline, List<Rated> rated, List<String> recommended, List<String> notes) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("  " + headline);
    for (int row = 0; row < Math.max(rated.size(), recommended.size()); row++) {
      String left = row < rated.size() ? rated(rated.get(row)) : "";
      String right =
          row < recommended.size() ? fit((row + 1) + ". " + recommended.get(row), RIGHT) : "";
      lines.add(("  " + pad(left) + right).stripTrailing());
    }
    notes.forEach(note -> lines.add("  " + fit(note, LEFT + RIGHT)));
    return lines;
  }

  private static String rated(Rated rated) {
    int full = (int) Math.round(rated.stars());
    return "★".repeat(full)
        + "☆".repeat(Math.max(0, STARS - full))
        + " "
        + fit(rated.title(), LEFT - STARS - 3);
  }

  private static String pad(String text) {
    return text + " ".repeat(LEFT - text.codePointCount(0, text.length()));
  }

  /** At most that many characters; a longer text ends in an ellipsis. */
  private static String fit(String text, int width) {
    if (text.codePointCount(0, text.length()) <= width) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, width - 1)).stripTrailing() + "…";
  }
}
