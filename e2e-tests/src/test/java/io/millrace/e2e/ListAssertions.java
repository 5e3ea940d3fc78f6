package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What must be true of the lists for given events, whatever happened on the way. */
final class ListAssertions {
  private ListAssertions() {}

  /** Each event has a list, under the id that follows from the event, and nothing else has one. */
  static void assertEachEventHasItsId(List<Event> events, List<EmittedList> lists) {
    Map<String, String> expected = new HashMap<>();
    events.forEach(event -> expected.put(event.id(), ExpectedId.of(event)));
    Map<String, Set<String>> ids =
        lists.stream()
            .collect(
                Collectors.groupingBy(
                    EmittedList::trigger, Collectors.mapping(EmittedList::id, Collectors.toSet())));
    Map<String, Set<String>> wanted = new HashMap<>();
    expected.forEach((event, id) -> wanted.put(event, Set.of(id)));
    assertThat(ids).isEqualTo(wanted);
  }

  /**
   * Lists come out in the order of their user's events; a repeated one counts where it came first.
   */
  static void assertOrderPerUser(List<Event> events, List<EmittedList> lists) {
    Map<String, Set<String>> order = new HashMap<>();
    for (EmittedList list : lists) {
      assertThat(list.key()).isEqualTo(list.user());
      order.computeIfAbsent(list.user(), user -> new LinkedHashSet<>()).add(list.trigger());
    }
    Map<String, List<String>> came = new HashMap<>();
    order.forEach((user, triggers) -> came.put(user, List.copyOf(triggers)));
    assertThat(came).isEqualTo(byUser(events));
  }

  /**
   * Each list is made from its user's events up to its own, no fewer and no more, and holds nothing
   * of what was met in them.
   */
  static void assertMadeFromWhatCameBefore(List<Event> events, List<EmittedList> lists) {
    Map<String, Event> byId = new HashMap<>();
    events.forEach(event -> byId.put(event.id(), event));
    Map<String, List<String>> order = byUser(events);
    for (EmittedList list : lists) {
      List<String> triggers = order.getOrDefault(list.user(), List.of());
      List<String> included = triggers.subList(0, triggers.indexOf(list.trigger()) + 1);
      assertThat(list.newest()).as("newest event of %s", list).isEqualTo(list.trigger());
      assertThat(list.sequenceLength()).as("events of %s", list).isEqualTo(included.size());
      assertThat(list.items())
          .as("items of %s", list)
          .isNotEmpty()
          .doesNotHaveDuplicates()
          .doesNotContainAnyElementsOf(
              included.stream().map(id -> byId.get(id)).map(Event::item).toList());
    }
  }

  private static Map<String, List<String>> byUser(List<Event> events) {
    Map<String, List<String>> order = new LinkedHashMap<>();
    for (Event event : events) {
      order.computeIfAbsent(event.user(), user -> new ArrayList<>()).add(event.id());
    }
    return order;
  }
}
