package io.millrace.flink.profiles;

import java.text.Normalizer;

/**
 * Text that others wrote, made fit to stand inside a prompt: on one line, of bounded length, and
 * without any character that delimits anything there. A title can then neither end the data that it
 * is part of nor look like a model's control token.
 */
final class UntrustedText {
  private static final String CUT = "…";

  private UntrustedText() {}

  /**
   * Cleans a text.
   *
   * @param most characters (code points) that stay at most, 1 or more; a longer text ends with …
   */
  static String clean(String text, int most) {
    // A bounded part is looked at, so that a text of megabytes costs nothing; compatibility forms
    // are folded first, or a full-width bracket would become a bracket later.
    String head = text.substring(0, Math.min(text.length(), 4 * most + 16));
    StringBuilder clean = new StringBuilder();
    boolean gap = false;
    int length = 0;
    for (int c : Normalizer.normalize(head, Normalizer.Form.NFKC).codePoints().toArray()) {
      int mapped = harmless(c);
      if (mapped == ' ') {
        gap = true;
        continue;
      }
      if (gap && length > 0) {
        clean.append(' ');
        length++;
      }
      gap = false;
      if (length >= most) {
        return clean.toString().strip() + CUT;
      }
      clean.appendCodePoint(mapped);
      length++;
    }
    return clean.toString();
  }

  private static int harmless(int c) {
    return switch (c) {
      case '<', '[', '{' -> '(';
      case '>', ']', '}' -> ')';
      case '|', '\\' -> '/';
      case '"', '`' -> '\'';
      case '#' -> ' ';
      default ->
          switch (Character.getType(c)) {
            case Character.CONTROL,
                Character.FORMAT,
                Character.SURROGATE,
                Character.PRIVATE_USE,
                Character.UNASSIGNED,
                Character.LINE_SEPARATOR,
                Character.PARAGRAPH_SEPARATOR,
                Character.SPACE_SEPARATOR ->
                ' ';
            default -> c;
          };
    };
  }
}
