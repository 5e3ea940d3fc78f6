package io.millrace.standalone.replay;

import io.millrace.standalone.data.Rating;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the demo publishes, in order, decided before the first record leaves.
 *
 * <p>The oldest 80 % of all ratings are the past. Of these, the ones of users who come back are
 * published as backfill. Those users then ask for lists, first some that nobody looks at, to warm
 * up what has just been started, and at last one each, so that their first new rating has a list to
 * be compared with. Then come the new ratings.
 *
 * @param past the oldest 80 % of the data set, of all users: what counting baselines start from
 * @param backfill the past of the users who come back, or of all
 * @param requests one for each of these users, in the order in which they come back
 * @param events what is replayed, oldest first
 */
public record ReplayPlan(
    List<Rating> past, List<Rating> backfill, List<StartRequest> requests, List<Rating> events) {
  private static final int PAST_TENTHS = 8;

  /** Lists after which the virtual machines have compiled what makes a list. */
  private static final int WARM_UP_LISTS = 2_000;

  /** With few users more rounds would take longer than they gain. */
  private static final int WARM_UP_ROUNDS = 64;

  /**
   * A list on its own goes other ways than many at once: through empty queues, alone in a batch.
   */
  private static final int LONE_LISTS = 300;

  /** More than any row of the data set. */
  private static final int ROWS = 1_000_000;

  /** Rehearsals whose rows are still numbers. */
  public static final int MOST_REHEARSALS = 1_000;

  /**
   * A returning user's wish for a list before the replay.
   *
   * @param id unique per user
   * @param user who asks
   * @param afterEventId the newest of the user's past events: the list must include it
   */
  public record StartRequest(String id, String user, String afterEventId) {}

  /**
   * Cuts a data set.
   *
   * @param ratings oldest first
   * @param limit replay at most that many, at least 1
   * @throws IllegalArgumentException if the limit is below 1
   */
  public static ReplayPlan of(List<Rating> ratings, int limit) {
    return of(ratings, limit, false);
  }

  /**
   * Cuts a data set.
   *
   * @param ratings oldest first
   * @param limit replay at most that many, at least 1
   * @param wholePast whether the past of users who do not come back is published, too
   * @throws IllegalArgumentException if the limit is below 1
   */
  public static ReplayPlan of(List<Rating> ratings, int limit, boolean wholePast) {
    if (limit < 1) {
      throw new IllegalArgumentException("--events " + limit + ": must be at least 1");
    }
    int cut = (int) ((long) ratings.size() * PAST_TENTHS / 10);
    List<Rating> past = ratings.subList(0, cut);
    List<Rating> events = ratings.subList(cut, (int) Math.min((long) cut + limit, ratings.size()));
    Set<String> replayed = new HashSet<>();
    events.forEach(event -> replayed.add(event.user()));
    List<Rating> backfill = new ArrayList<>();
    Map<String, String> newestEvent = new HashMap<>();
    for (Rating rating : past) {
      if (replayed.contains(rating.user())) {
        newestEvent.put(rating.user(), rating.eventId());
      }
      if (wholePast || replayed.contains(rating.user())) {
        backfill.add(rating);
      }
    }
    return new ReplayPlan(
        List.copyOf(past),
        List.copyOf(backfill),
        requests(events, newestEvent),
        List.copyOf(events));
  }

  /**
   * Requests that only warm up: rounds of one for each user who comes back, then rounds of a single
   * one; none if nobody comes back.
   */
  public List<List<StartRequest>> warmUpRounds() {
    if (requests.isEmpty()) {
      return List.of();
    }
    List<List<StartRequest>> rounds = new ArrayList<>();
    int wanted = -Math.floorDiv(-WARM_UP_LISTS, requests.size());
    while (rounds.size() < Math.min(wanted, WARM_UP_ROUNDS)) {
      int round = rounds.size();
      rounds.add(requests.stream().map(request -> warmUp(request, round)).toList());
    }
    for (int i = 0; i < LONE_LISTS; i++) {
      rounds.add(List.of(warmUp(requests.get(i % requests.size()), rounds.size())));
    }
    return rounds;
  }

  /**
   * The events once more, for a system that has run a while before anything is measured: under ids
   * of their own, by users of their own, who have no past.
   *
   * @param round from 1
   */
  public List<Rating> rehearsal(int round) {
    return events.stream()
        .map(
            event ->
                new Rating(
                    event.row() + round * ROWS,
                    "rehearsal-" + round + "-" + event.user(),
                    event.item(),
                    event.stars(),
                    event.epochSecond()))
        .toList();
  }

  private static StartRequest warmUp(StartRequest request, int round) {
    return new StartRequest(
        "demo-warm-up-" + round + "-" + request.user(), request.user(), request.afterEventId());
  }

  /** Users of the replay. */
  public int users() {
    Set<String> users = new HashSet<>();
    events.forEach(event -> users.add(event.user()));
    return users.size();
  }

  /** Users whose past is published before the replay. */
  public int usersWithPast() {
    Set<String> users = new HashSet<>();
    backfill.forEach(event -> users.add(event.user()));
    return users.size();
  }

  /** Users of the replay who have at least so many events, their past included. */
  public Set<String> usersWithEvents(int least) {
    Map<String, Integer> counts = new HashMap<>();
    backfill.forEach(event -> counts.merge(event.user(), 1, Integer::sum));
    events.forEach(event -> counts.merge(event.user(), 1, Integer::sum));
    counts.values().removeIf(count -> count < least);
    return Set.copyOf(counts.keySet());
  }

  private static List<StartRequest> requests(List<Rating> events, Map<String, String> newestEvent) {
    Map<String, StartRequest> byUser = new LinkedHashMap<>();
    for (Rating event : events) {
      String newest = newestEvent.get(event.user());
      if (newest != null) {
        byUser.computeIfAbsent(
            event.user(), user -> new StartRequest("demo-start-" + user, user, newest));
      }
    }
    return List.copyOf(byUser.values());
  }
}
