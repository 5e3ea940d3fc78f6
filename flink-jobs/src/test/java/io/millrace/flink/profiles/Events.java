package io.millrace.flink.profiles;

import io.millrace.schemas.avro.InteractionType;
import java.util.List;
import java.util.Map;

/** Events of an invented user, to write profiles from. */
final class Events {
  private Events() {}

  /** A rating of an invented film. */
  static EvidenceEvent rated(int number, double stars, String title, String... genres) {
    return new EvidenceEvent(
        "event-" + number,
        "item-" + number,
        new ItemCard(title, Map.of("genre", List.of(genres))),
        InteractionType.RATE,
        stars,
        1_000L * number,
        null);
  }

  /** A preference statement. */
  static EvidenceEvent said(int number, String statement) {
    return new EvidenceEvent(
        "event-" + number,
        null,
        null,
        InteractionType.PREFERENCE_STATEMENT,
        null,
        1_000L * number,
        statement);
  }

  /** All that there is to know of a user without a profile. */
  static ProfileEvidence evidence(EvidenceEvent... events) {
    return new ProfileEvidence(List.of(events), null, events.length);
  }
}
