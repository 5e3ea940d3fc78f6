package io.millrace.flink.profiles;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a closed claim may name: traits of the shown events, from them alone. Those that speak most
 * come first, because small models choose what comes first.
 */
final class Candidates {
  /** A word of titles is something that they have in common only if there are several. */
  private static final int LEAST_TITLES = 3;

  /** What only one event shows is nothing that events have in common, where others are. */
  private static final int LEAST_EVENTS = 2;

  private static final Comparator<Trait> MOST_TELLING =
      Comparator.comparingDouble((Trait trait) -> -trait.balance.significance())
          .thenComparing(Trait::phrase);

  private Candidates() {}

  /**
   * A trait, and the events that have it.
   *
   * @param label as it is written
   * @param events names of the shown events that have it and speak for the claim, newest first
   */
  record Candidate(String label, List<String> events) {

    /** Copies the list. */
    Candidate {
      events = List.copyOf(events);
    }
  }

  private record Trait(String phrase, Candidate candidate, Balance balance) {
    boolean isCommon() {
      return balance.support() >= LEAST_EVENTS;
    }
  }

  /**
   * Values of attributes, and words that stand in several titles or in a statement.
   *
   * @param shown the events of the question
   * @param index all events that are known, which decide how much a trait says
   * @param claimed what is asked for
   * @param attribute whose values alone are wanted; empty for all, and all where it has none
   * @param most as many at most
   * @return those that say most first, ties in the order of their words
   */
  static List<Candidate> of(
      NumberedEvents shown,
      EvidenceIndex index,
      List<EvidenceEvent> all,
      Stance claimed,
      String attribute,
      int most) {
    List<Trait> traits = new ArrayList<>();
    labels(shown.events(), attribute)
        .forEach(
            (phrase, label) -> {
              List<String> having = shown.having(phrase, index, claimed);
              if (!having.isEmpty()) {
                Balance balance = index.balance(all, List.of(phrase), claimed);
                traits.add(new Trait(phrase, new Candidate(label, having), balance));
              }
            });
    if (traits.stream().anyMatch(Trait::isCommon)) {
      traits.removeIf(trait -> !trait.isCommon());
    }
    traits.sort(MOST_TELLING);
    return traits.stream().limit(most).map(Trait::candidate).toList();
  }

  private static Map<String, String> labels(List<EvidenceEvent> events, String attribute) {
    Map<String, String> ofAttribute = new TreeMap<>();
    events.forEach(event -> ofAttribute.putAll(new Traits(event).values(attribute)));
    return ofAttribute.isEmpty() ? labels(events) : ofAttribute;
  }

  private static Map<String, String> labels(List<EvidenceEvent> events) {
    Map<String, String> labels = new TreeMap<>();
    Map<String, Set<String>> titles = new TreeMap<>();
    Map<String, String> words = new TreeMap<>();
    for (EvidenceEvent event : events) {
      Traits traits = new Traits(event);
      traits.values().forEach(labels::putIfAbsent);
      if (event.statement() != null) {
        traits.words().forEach(labels::putIfAbsent);
      }
      words.putAll(traits.words());
      ItemCard item = event.item();
      if (item != null) {
        for (String phrase : traits.words().keySet()) {
          titles.computeIfAbsent(phrase, none -> new HashSet<>()).add(item.title());
        }
      }
    }
    for (String phrase : new ArrayList<>(titles.keySet())) {
      if (titles.getOrDefault(phrase, Set.of()).size() >= LEAST_TITLES) {
        labels.putIfAbsent(phrase, words.getOrDefault(phrase, phrase));
      }
    }
    return labels;
  }
}
