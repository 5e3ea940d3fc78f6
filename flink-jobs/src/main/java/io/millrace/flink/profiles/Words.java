package io.millrace.flink.profiles;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Texts as the words that are compared: lower case, no punctuation, no plural. */
final class Words {
  private static final Pattern APOSTROPHE = Pattern.compile("['’`]");
  private static final Pattern BETWEEN = Pattern.compile("[^\\p{L}\\p{N}]+");
  private static final Pattern NUMBER = Pattern.compile("\\p{N}+");

  private Words() {}

  /** The words, in their order. */
  static List<String> of(String text) {
    String folded = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    List<String> words = new ArrayList<>();
    for (String word : BETWEEN.split(APOSTROPHE.matcher(folded).replaceAll(""))) {
      if (!word.isEmpty()) {
        words.add(singular(word));
      }
    }
    return words;
  }

  /** The words as one text, to compare with others made the same way. */
  static String phrase(String text) {
    return String.join(" ", of(text));
  }

  /** Whether the words come one after the other. */
  static boolean contains(List<String> text, List<String> phrase) {
    return !phrase.isEmpty() && Collections.indexOfSubList(text, phrase) >= 0;
  }

  /** Whether a word consists of digits. */
  static boolean isNumber(String word) {
    return NUMBER.matcher(word).matches();
  }

  private static String singular(String word) {
    int length = word.length();
    if (length > 4 && word.endsWith("ies")) {
      return word.substring(0, length - 3) + "y";
    }
    return length > 3 && word.endsWith("s") && !word.endsWith("ss")
        ? word.substring(0, length - 1)
        : word;
  }
}
