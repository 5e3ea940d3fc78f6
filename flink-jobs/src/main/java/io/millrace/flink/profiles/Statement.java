package io.millrace.flink.profiles;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A preference statement, clause by clause: what "I like slow films, but no musicals" says of
 * musicals is not what it says of slow films. English only; a clause in another language counts as
 * liking.
 */
final class Statement {
  private static final Pattern BETWEEN_CLAUSES =
      Pattern.compile(
          "[.,;:!?\\n]+|\\b(?:but|except|although|though|while)\\b"
              + "|\\band\\b(?=\\s+(?:no|not|never|nothing|hate|dislike|avoid)\\b)");
  private static final Pattern EXCEPTS =
      Pattern.compile("\\b(?:except|(?:everything|anything|all)\\s+but)\\b");

  /** As {@link Words} writes them. */
  private static final Set<String> NEGATIVE =
      Set.of(
          "not",
          "no",
          "never",
          "dont",
          "doesnt",
          "didnt",
          "cant",
          "cannot",
          "wont",
          "hate",
          "hated",
          "dislike",
          "disliked",
          "avoid",
          "without",
          "nothing",
          "boring",
          "bored",
          "tired",
          "awful",
          "terrible",
          "bad",
          "worst",
          "skip");

  private final List<Clause> clauses = new ArrayList<>();

  Statement(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    // "except" and "everything but" turn what follows around, without a negative word of its own.
    for (String part : EXCEPTS.matcher(lower).replaceAll(", not ").split(",", -1)) {
      for (String clause : BETWEEN_CLAUSES.split(part)) {
        List<String> words = Words.of(clause);
        if (!words.isEmpty()) {
          clauses.add(new Clause(words, words.stream().noneMatch(NEGATIVE::contains)));
        }
      }
    }
  }

  /** Whether the words come, one after the other, within a clause. */
  boolean mentions(List<String> phrase) {
    return clauses.stream().anyMatch(clause -> Words.contains(clause.words, phrase));
  }

  /** What the first clause that mentions the words says of them. */
  Stance stance(List<String> phrase) {
    return clauses.stream()
        .filter(clause -> Words.contains(clause.words, phrase))
        .findFirst()
        .map(clause -> clause.likes ? Stance.FOR : Stance.AGAINST)
        .orElse(Stance.NEITHER);
  }

  /** The words of clauses that say what is liked, or what is not. */
  List<String> words(Stance stance) {
    return clauses.stream()
        .filter(clause -> clause.likes == (stance == Stance.FOR))
        .flatMap(clause -> clause.words.stream())
        .filter(word -> !NEGATIVE.contains(word))
        .toList();
  }

  private record Clause(List<String> words, boolean likes) {}
}
