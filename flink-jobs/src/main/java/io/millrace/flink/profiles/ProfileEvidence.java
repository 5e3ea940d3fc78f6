package io.millrace.flink.profiles;

import io.millrace.schemas.avro.UserProfile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a refresh is written from, frozen: the same evidence asks the same questions.
 *
 * @param events the newest events that are kept of the user, oldest first; at least one
 * @param previous the newest profile, which the refresh continues; null for the first one
 * @param eventCount events of the user so far, those that are no longer kept included
 */
public record ProfileEvidence(
    List<EvidenceEvent> events, @Nullable UserProfile previous, long eventCount) {

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if there are no events, or fewer so far than are given
   */
  public ProfileEvidence {
    events = List.copyOf(events);
    if (events.isEmpty()) {
      throw new IllegalArgumentException("events is empty; a profile needs at least one event");
    }
    if (eventCount < events.size()) {
      throw new IllegalArgumentException(
          "eventCount is "
              + eventCount
              + ", fewer than the "
              + events.size()
              + " events given; count all of the user's events");
    }
  }

  /** The events that the previous profile did not know yet: all of them where there is none. */
  public List<EvidenceEvent> fresh() {
    if (previous == null) {
      return events;
    }
    long count = Math.max(0, eventCount - previous.getEventCount());
    return events.subList((int) Math.max(0, events.size() - count), events.size());
  }
}
