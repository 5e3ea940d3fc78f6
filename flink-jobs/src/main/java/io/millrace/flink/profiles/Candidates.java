package io.millrace.flink.profiles;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a closed claim may name: what the events have, from them alone. */
final class Candidates {
  /** A word of titles is something that they have in common only if there are several. */
  private static final int LEAST_TITLES = 2;

  private Candidates() {}

  /**
   * Values of attributes, and words that stand in several titles or in a statement, most frequent
   * first; ties in the order of the words.
   *
   * @param most as many at most
   * @return as they are to be written, none twice
   */
  static List<String> of(List<EvidenceEvent> events, int most) {
    Map<String, String> labels = new LinkedHashMap<>();
    Map<String, Set<String>> having = new HashMap<>();
    Set<String> qualified = new HashSet<>();
    for (EvidenceEvent event : events) {
      Traits traits = new Traits(event);
      // Of one item, however often it comes.
      String item = event.itemId() == null ? event.eventId() : event.itemId();
      traits.values().forEach((phrase, label) -> add(phrase, label, item, labels, having));
      traits.words().forEach((phrase, label) -> add(phrase, label, item, labels, having));
      qualified.addAll(traits.values().keySet());
      if (event.statement() != null) {
        qualified.addAll(traits.words().keySet());
      }
    }
    List<String> phrases = new ArrayList<>(labels.keySet());
    phrases.removeIf(phrase -> !qualified.contains(phrase) && count(having, phrase) < LEAST_TITLES);
    phrases.sort(
        Comparator.<String>comparingInt(phrase -> -count(having, phrase))
            .thenComparing(Comparator.naturalOrder()));
    return phrases.stream().limit(most).map(labels::get).distinct().toList();
  }

  private static void add(
      String phrase,
      String label,
      String item,
      Map<String, String> labels,
      Map<String, Set<String>> having) {
    labels.putIfAbsent(phrase, label);
    having.computeIfAbsent(phrase, none -> new HashSet<>()).add(item);
  }

  private static int count(Map<String, Set<String>> having, String phrase) {
    return having.getOrDefault(phrase, Set.of()).size();
  }
}
