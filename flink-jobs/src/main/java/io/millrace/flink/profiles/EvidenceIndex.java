package io.millrace.flink.profiles;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The events of a refresh, by what they have and what they say of it. */
final class EvidenceIndex {
  /** Who says it outright says it more clearly than four ratings do. */
  private static final int STATEMENT_COUNTS = 4;

  private final Tastes tastes;
  private final Map<String, EvidenceEvent> events = new LinkedHashMap<>();
  private final Map<String, Traits> traits = new HashMap<>();
  private final Set<String> phrases = new HashSet<>();
  private int likes;
  private int dislikes;

  EvidenceIndex(double ratingScale, List<EvidenceEvent> all) {
    tastes = new Tastes(ratingScale, all);
    for (EvidenceEvent event : all) {
      Traits of = new Traits(event);
      events.put(event.eventId(), event);
      traits.put(event.eventId(), of);
      phrases.addAll(of.values().keySet());
      phrases.addAll(of.words().keySet());
      ItemCard item = event.item();
      if (item != null) {
        item.attributes().keySet().forEach(name -> phrases.addAll(of.values(name).keySet()));
      }
      Stance stance = tastes.stance(event);
      likes += stance == Stance.FOR ? 1 : 0;
      dislikes += stance == Stance.AGAINST ? 1 : 0;
    }
  }

  /** The event, or null if there is none of that id. */
  @Nullable EvidenceEvent event(String id) {
    return events.get(id);
  }

  /** Those of the ids that are of events, each once, oldest first. */
  List<String> inOrder(Collection<String> ids) {
    return events.keySet().stream().filter(ids::contains).toList();
  }

  /** Whether an event is a preference statement. */
  boolean isStatement(String id) {
    EvidenceEvent event = events.get(id);
    return event != null && event.statement() != null;
  }

  /**
   * Whether there are events of both kinds. Where all are clicks, say, nothing can be liked more
   * often than usual.
   */
  boolean hasContrast() {
    return likes > 0 && dislikes > 0;
  }

  /**
   * What a text names: every trait of any event whose words it has, without those that are part of
   * a longer one.
   */
  Set<String> named(String text) {
    List<String> words = Words.of(text);
    List<String> found = new ArrayList<>();
    for (int from = 0; from < words.size(); from++) {
      for (int to = from + 1; to <= words.size(); to++) {
        String phrase = String.join(" ", words.subList(from, to));
        if (phrases.contains(phrase)) {
          found.add(phrase);
        }
      }
    }
    Set<String> named = new HashSet<>(found);
    named.removeIf(one -> found.stream().anyMatch(other -> isPart(one, other)));
    return named;
  }

  /** Whether an event has all of it. */
  boolean has(String id, Collection<String> named) {
    Traits of = traits.get(id);
    return of != null && !named.isEmpty() && named.stream().allMatch(of::has);
  }

  /** What an event that has all of it says of it. */
  Stance stance(String id, Collection<String> named) {
    EvidenceEvent event = events.get(id);
    Traits of = traits.get(id);
    if (event == null || of == null) {
      return Stance.NEITHER;
    }
    if (event.statement() == null) {
      return tastes.stance(event);
    }
    Set<Stance> stances = new HashSet<>();
    named.forEach(phrase -> stances.add(of.stated(phrase)));
    return stances.size() == 1 ? stances.iterator().next() : Stance.NEITHER;
  }

  /** How the events among these that have all of it speak for and against it. */
  Balance balance(Collection<EvidenceEvent> among, Collection<String> named, Stance claimed) {
    int support = 0;
    int against = 0;
    for (EvidenceEvent event : among) {
      if (has(event.eventId(), named)) {
        Stance stance = stance(event.eventId(), named);
        int counts = event.statement() == null ? 1 : STATEMENT_COUNTS;
        support += stance == claimed ? counts : 0;
        against += stance == claimed.opposite() ? counts : 0;
      }
    }
    double odds =
        claimed == Stance.FOR ? (likes + 1.0) / (dislikes + 1.0) : (dislikes + 1.0) / (likes + 1.0);
    return new Balance(support, against, odds);
  }

  private static boolean isPart(String one, String other) {
    return other.length() > one.length()
        && Words.contains(List.of(other.split(" ")), List.of(one.split(" ")));
  }
}
