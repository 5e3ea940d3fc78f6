package io.millrace.standalone.evaluation;

import io.millrace.schemas.avro.Rung;
import java.util.Map;

/**
 * Counts of lists.
 *
 * @param expected triggers published
 * @param emitted lists read, duplicates included
 * @param lost triggers without a list
 * @param duplicated lists beyond the first of their trigger or id
 * @param byRung first lists by rung; a rung that made none is missing
 * @param byReason first lists of a lower rung by the reason that they state
 */
public record Delivery(
    long expected,
    long emitted,
    long lost,
    long duplicated,
    Map<Rung, Long> byRung,
    Map<String, Long> byReason) {
  /** Copies the maps. */
  public Delivery {
    byRung = Map.copyOf(byRung);
    byReason = Map.copyOf(byReason);
  }
}
