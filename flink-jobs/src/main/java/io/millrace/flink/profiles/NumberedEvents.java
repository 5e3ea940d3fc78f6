package io.millrace.flink.profiles;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Events as a prompt shows them: numbered {@code e1}, {@code e2} and so on, because ids of events,
 * items and users are nobody's business, and because short names are copied without mistakes.
 */
final class NumberedEvents {
  private static final int MOST_TITLE = 80;
  private static final int MOST_STATEMENT = 240;
  private static final int MOST_VALUE = 40;
  private static final int MOST_NAME = 24;
  private static final int MOST_VALUES = 6;
  private static final int MOST_ATTRIBUTES = 6;

  private final Map<String, EvidenceEvent> events = new LinkedHashMap<>();

  /** Of events, oldest first; the newest {@code most} of them. */
  NumberedEvents(List<EvidenceEvent> all, int most) {
    for (EvidenceEvent event : all.subList(Math.max(0, all.size() - most), all.size())) {
      events.put("e" + (events.size() + 1), event);
    }
  }

  /** The names, in their order. */
  List<String> names() {
    return List.copyOf(events.keySet());
  }

  List<EvidenceEvent> events() {
    return List.copyOf(events.values());
  }

  boolean isEmpty() {
    return events.isEmpty();
  }

  /** The event's id; what is no name of an event is left as it is. */
  String idOf(String name) {
    EvidenceEvent event = events.get(name.strip());
    return event == null ? name : event.eventId();
  }

  /** Names of the events that have a trait and say what is claimed, newest first. */
  List<String> having(String phrase, EvidenceIndex index, Stance claimed) {
    List<String> names = new ArrayList<>();
    events.forEach(
        (name, event) -> {
          String id = event.eventId();
          if (index.has(id, List.of(phrase)) && index.stance(id, List.of(phrase)) == claimed) {
            names.add(0, name);
          }
        });
    return names;
  }

  /** A line for each event, with the title of its item, and its attributes or not. */
  String lines(boolean withAttributes) {
    List<String> lines = new ArrayList<>();
    events.forEach((name, event) -> lines.add(name + " | " + describe(event, withAttributes)));
    return String.join("\n", lines);
  }

  private static String describe(EvidenceEvent event, boolean withAttributes) {
    String done = Deeds.of(event);
    String said = event.statement();
    if (said != null) {
      return done + " | " + UntrustedText.clean(said, MOST_STATEMENT);
    }
    ItemCard item = event.item();
    if (item == null) {
      return done + " | an unknown item";
    }
    String title = UntrustedText.clean(item.title(), MOST_TITLE);
    return done + " | " + (withAttributes ? describe(item) : title);
  }

  static String describe(ItemCard item) {
    String title = UntrustedText.clean(item.title(), MOST_TITLE);
    StringBuilder line = new StringBuilder(title);
    item.attributes().entrySet().stream()
        .limit(MOST_ATTRIBUTES)
        .forEach(attribute -> append(line, title, attribute));
    return line.toString();
  }

  private static void append(
      StringBuilder line, String title, Map.Entry<String, List<String>> attribute) {
    List<String> values =
        attribute.getValue().stream()
            .limit(MOST_VALUES)
            .map(value -> UntrustedText.clean(value, MOST_VALUE))
            // A film's year stands in its title already; a token is a token.
            .filter(value -> !value.isEmpty() && !title.contains(value))
            .toList();
    if (!values.isEmpty()) {
      line.append(" | ")
          .append(UntrustedText.clean(attribute.getKey(), MOST_NAME))
          .append(": ")
          .append(String.join(", ", values));
    }
  }
}
