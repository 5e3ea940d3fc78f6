package io.millrace.standalone.cli.terminal;

import java.util.Locale;

/**
 * Text that others wrote, made fit for a terminal: on one line, and without characters that move
 * the cursor, change colours or turn the direction of writing. Their codes are shown instead, as in
 * Java's string literals.
 */
public final class PrintableText {
  private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
  private static final int ZERO_WIDTH_JOINER = 0x200d;

  private PrintableText() {}

  /** The same text where it is harmless already. */
  public static String of(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (isHarmless(c)) {
                printable.appendCodePoint(c);
              } else {
                printable.append(String.format(Locale.ROOT, "\\u%04x", c));
              }
            });
    return printable.toString();
  }

  /**
   * At most that many characters; a longer text ends in an ellipsis.
   *
   * @param width 2 or more
   */
  public static String fit(String text, int width) {
    String printable = of(text);
    if (printable.codePointCount(0, printable.length()) <= width) {
      return printable;
    }
    return printable.substring(0, printable.offsetByCodePoints(0, width - 1)).stripTrailing() + "…";
  }

  /** {@link #fit}, filled up with spaces. */
  public static String pad(String text, int width) {
    String fit = fit(text, width);
    return fit + " ".repeat(width - fit.codePointCount(0, fit.length()));
  }

  private static boolean isHarmless(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      // Scripts and emoji are written with these two.
      case Character.FORMAT -> c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER;
      default -> true;
    };
  }

  /** As {@code 1 event} and {@code 1,200 events}. */
  public static String count(long number, String thing) {
    return String.format(Locale.ROOT, "%,d %s%s", number, thing, number == 1 ? "" : "s");
  }
}
