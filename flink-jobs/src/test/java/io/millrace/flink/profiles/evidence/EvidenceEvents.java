package io.millrace.flink.profiles.evidence;

import io.millrace.flink.profiles.EvidenceEvent;
import io.millrace.flink.profiles.ItemCard;
import io.millrace.schemas.avro.InteractionType;
import java.util.List;
import java.util.Map;

/** What users did, in tests. */
public final class EvidenceEvents {
  private EvidenceEvents() {}

  /** A film of a genre was rated. */
  public static EvidenceEvent rated(String id, String genre, double stars, long time) {
    return new EvidenceEvent(
        id,
        "item-" + id,
        new ItemCard("Film " + id, Map.of("genre", List.of(genre))),
        InteractionType.RATE,
        stars,
        time,
        null);
  }

  /** Words of a user. */
  public static EvidenceEvent said(String id, String words, long time) {
    return new EvidenceEvent(
        id, null, null, InteractionType.PREFERENCE_STATEMENT, null, time, words);
  }
}
