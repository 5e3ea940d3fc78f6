package io.millrace.e2e;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a group of users does, one after the other and again: a round is one event of each.
 *
 * @param group begins the ids of the group's users and events, so that tests share nothing
 * @param users how many
 * @param catalogue items to choose from
 * @param begin time of the first event; the others follow a second apart
 */
record Journeys(String group, int users, List<String> catalogue, Instant begin) {
  private static final int STRIDE = 17;

  /** Nobody meets an item twice until the catalogue is used up. */
  List<Event> rounds(int from, int to) {
    List<Event> events = new ArrayList<>();
    for (int round = from; round < to; round++) {
      for (int user = 0; user < users; user++) {
        String name = user(user);
        String item = catalogue.get((user * STRIDE + round) % catalogue.size());
        Instant time = begin.plusSeconds((long) round * users + user);
        events.add(new Event(name + "-event-" + round, name, item, time));
      }
    }
    return events;
  }

  /** Name of a user, counted from 0. */
  String user(int number) {
    return group + "-user-" + number;
  }
}
