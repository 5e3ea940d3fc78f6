package io.millrace.flink.profiles;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an event's item has that a claim may name: the values of its attributes, and the words of
 * its title; or the words of a statement. Of numbers only years are among them, as decades.
 */
final class Traits {
  /** Words that many titles and statements have and that say nothing about what they name. */
  private static final Set<String> COMMON =
      Set.copyOf(
          Words.of(
              "a about after all am an and are as at back be before by can come day do down first for from get go "
                  + "good had has have he her here him his how i ii iii in into is it its iv la last le les like "
                  + "little man me movie film more most my new next night no not of off on one or other our out "
                  + "over part really she so some something than that the their them then there these they thing "
                  + "this those time to too two under until up us very volume was watch we were what when where "
                  + "which who why will with without woman would year you your enjoy love loved liked prefer want"
                  // What statements are made of.
                  + " please thank thanks best favourite favorite everything anything everyone anyone find found "
                  + "feel think thought always usually often sometimes lot much many kind sort stuff give show "
                  + "recommend look looking mood today tonight just only also else especially rather"));

  private static final Pattern YEAR = Pattern.compile("1[5-9]\\d\\d|20\\d\\d");
  private static final int MOST_CHARACTERS = 40;
  private static final int SHORTEST_WORD = 3;

  private final Map<String, Map<String, String>> attributes = new LinkedHashMap<>();
  private final Map<String, String> values = new LinkedHashMap<>();
  private final Map<String, String> words = new LinkedHashMap<>();
  private final @Nullable Statement statement;

  Traits(EvidenceEvent event) {
    ItemCard item = event.item();
    if (item != null) {
      item.attributes().forEach((name, all) -> all.forEach(value -> addValue(name, value)));
      addWords(Words.of(item.title()));
    }
    String said = event.statement();
    statement = said == null ? null : new Statement(said);
    if (statement != null) {
      addWords(statement.words(Stance.FOR));
      addWords(statement.words(Stance.AGAINST));
    }
  }

  /** Values of attributes: what they are compared by, and how they are written. */
  Map<String, String> values() {
    return Collections.unmodifiableMap(values);
  }

  /** Values of one attribute, numbers as their decade; the same way. */
  Map<String, String> values(String attribute) {
    return Collections.unmodifiableMap(attributes.getOrDefault(attribute, Map.of()));
  }

  /**
   * Single words of the title or statement: what they are compared by, and how they are written.
   */
  Map<String, String> words() {
    return Collections.unmodifiableMap(words);
  }

  /** Whether the event has it: as a value, as a word, or within its statement. */
  boolean has(String phrase) {
    return values.containsKey(phrase)
        || words.containsKey(phrase)
        || attributes.values().stream().anyMatch(one -> one.containsKey(phrase))
        || (statement != null && statement.mentions(List.of(phrase.split(" "))));
  }

  /** What the statement says of it; nothing where there is no statement. */
  Stance stated(String phrase) {
    return statement == null ? Stance.NEITHER : statement.stance(List.of(phrase.split(" ")));
  }

  private void addValue(String attribute, String value) {
    String phrase = Words.phrase(value);
    if (phrase.isEmpty()) {
      return;
    }
    Map<String, String> of = attributes.computeIfAbsent(attribute, name -> new LinkedHashMap<>());
    String label = UntrustedText.clean(value, MOST_CHARACTERS);
    if (!Words.isNumber(phrase)) {
      of.putIfAbsent(phrase, label);
      values.putIfAbsent(phrase, label);
    } else if (YEAR.matcher(phrase).matches()) {
      String decade = phrase.substring(0, phrase.length() - 1) + "0s";
      of.putIfAbsent(Words.phrase(decade), decade);
    }
  }

  private void addWords(List<String> all) {
    for (String word : all) {
      if (word.length() >= SHORTEST_WORD && !COMMON.contains(word) && !Words.isNumber(word)) {
        words.putIfAbsent(word, UntrustedText.clean(word, MOST_CHARACTERS));
      }
    }
  }
}
