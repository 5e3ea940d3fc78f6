package io.millrace.standalone.evaluation;

import io.millrace.schemas.avro.TriggerKind;
import io.millrace.standalone.data.Rating;
import io.millrace.standalone.replay.ReplayPlan;
import io.millrace.standalone.replay.ReplayPlan.StartRequest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything in a plan that causes a list, numbered, with the event that each list is compared
 * with: events have their position in the replay, requests the numbers after that, events of
 * rehearsals the last ones.
 *
 * <p>The target of a list is the next event of the same user. It is known beforehand, so the order
 * in which lists arrive does not matter: three in four events share user and second with another
 * one, and the newest list to have arrived need not be the one that includes the previous event.
 */
public final class Triggers {
  /** There is no such trigger, or its list is not compared with anything. */
  public static final int NONE = -1;

  private final List<Rating> events;
  private final Map<String, Integer> byEventId = new HashMap<>();
  private final Map<String, Integer> byRequestId = new HashMap<>();
  private final int[] targets;
  private final boolean[] seenBefore;
  private final int targetCount;

  /**
   * The triggers of a plan, at an interval of 0: every event and every request is one.
   *
   * @param rehearsals of the plan that are played before it
   */
  public Triggers(ReplayPlan plan, int rehearsals) {
    this.events = plan.events();
    List<List<StartRequest>> warmUp = plan.warmUpRounds();
    int warmUps = warmUp.stream().mapToInt(List::size).sum();
    int measured = events.size() + plan.requests().size() + warmUps;
    this.targets = new int[measured + rehearsals * events.size()];
    this.seenBefore = new boolean[events.size()];
    Arrays.fill(targets, NONE);
    Map<String, Integer> newestOf = new HashMap<>();
    for (StartRequest request : plan.requests()) {
      int position = events.size() + byRequestId.size();
      byRequestId.put(request.id(), position);
      newestOf.put(request.user(), position);
    }
    for (List<StartRequest> round : warmUp) {
      round.forEach(request -> byRequestId.put(request.id(), events.size() + byRequestId.size()));
    }
    for (int round = 1; round <= rehearsals; round++) {
      for (Rating event : plan.rehearsal(round)) {
        byEventId.put(event.eventId(), measured + byEventId.size());
      }
    }
    for (int position = 0; position < events.size(); position++) {
      Rating event = events.get(position);
      byEventId.put(event.eventId(), position);
      Integer previous = newestOf.put(event.user(), position);
      if (previous != null) {
        targets[previous] = position;
      }
    }
    markSeen(plan.backfill());
    this.targetCount = (int) Arrays.stream(targets).filter(target -> target != NONE).count();
  }

  private void markSeen(List<Rating> backfill) {
    Map<String, Set<String>> seen = new HashMap<>();
    for (Rating rating : backfill) {
      seen.computeIfAbsent(rating.user(), user -> new HashSet<>()).add(rating.item());
    }
    for (int position = 0; position < events.size(); position++) {
      Rating event = events.get(position);
      Set<String> items = seen.computeIfAbsent(event.user(), user -> new HashSet<>());
      seenBefore[position] = !items.add(event.item());
    }
  }

  /** Everything. */
  public int size() {
    return targets.length;
  }

  /** Events alone; they are the first numbers. */
  public int events() {
    return events.size();
  }

  /** Lists that are compared with a later event. */
  public int targetCount() {
    return targetCount;
  }

  /** The number of a trigger, or {@link #NONE} if the plan has none with that id. */
  public int find(TriggerKind kind, String id) {
    return switch (kind) {
      case EVENT -> byEventId.getOrDefault(id, NONE);
      case REQUEST -> byRequestId.getOrDefault(id, NONE);
      case UNKNOWN -> NONE;
    };
  }

  /** Whether a trigger is an event of the replay, and not a request or rehearsal before it. */
  public boolean isEvent(int trigger) {
    return trigger < events.size();
  }

  /** Position of the event that a trigger's list is compared with, or {@link #NONE}. */
  public int target(int trigger) {
    return targets[trigger];
  }

  /** The item that a list should have held. */
  public String itemAt(int event) {
    return events.get(event).item();
  }

  /** Whether the user had this event's item before, so that no list may hold it. */
  public boolean seenBefore(int event) {
    return seenBefore[event];
  }
}
