package io.millrace.server.sources;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Texts as the words that are compared: lower case, without accents and possessive endings, plurals
 * as singulars. Training cuts texts by the same rules; a file of examples is a test of both.
 */
final class Terms {
  /** Shorter words keep a final s: it is rarely a plural's. */
  private static final int SHORTEST_PLURAL = 4;

  /** Shorter words keep a final ies: "series" and "movies" do not, "ties" does. */
  private static final int SHORTEST_Y = 5;

  private Terms() {}

  /** The words of a text, in its order. */
  static List<String> of(String text) {
    String plain =
        Normalizer.normalize(text, Normalizer.Form.NFKD)
            .toLowerCase(Locale.ROOT)
            .replace('\u2019', '\'');
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < plain.length(); ) {
      int letter = plain.codePointAt(i);
      i += Character.charCount(letter);
      if (Character.isLetterOrDigit(letter)) {
        word.appendCodePoint(letter);
      } else if (Character.getType(letter) != Character.NON_SPACING_MARK) {
        add(words, word);
        if (letter == '\'' && isPossessive(plain, i)) {
          i++;
        }
      }
    }
    add(words, word);
    return words;
  }

  /** Whether what follows an apostrophe is an s and then no further letter. */
  private static boolean isPossessive(String text, int at) {
    return at < text.length()
        && text.charAt(at) == 's'
        && (at + 1 == text.length() || !Character.isLetterOrDigit(text.codePointAt(at + 1)));
  }

  private static void add(List<String> words, StringBuilder word) {
    if (word.length() > 0) {
      words.add(singular(word.toString()));
      word.setLength(0);
    }
  }

  private static String singular(String word) {
    if (word.length() >= SHORTEST_Y && word.endsWith("ies")) {
      return word.substring(0, word.length() - 3) + 'y';
    }
    boolean plural =
        word.length() >= SHORTEST_PLURAL
            && word.endsWith("s")
            && !word.endsWith("ss")
            && !word.endsWith("us")
            && !word.endsWith("is");
    return plural ? word.substring(0, word.length() - 1) : word;
  }
}
