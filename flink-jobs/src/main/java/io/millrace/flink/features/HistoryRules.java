package io.millrace.flink.features;

import io.millrace.schemas.FeatureSchema;
import io.millrace.schemas.avro.InteractionType;
import java.util.Set;

/**
 * How much of a user's history is kept and what counts as seen.
 *
 * @param retainedEvents newest events kept
 * @param latenessMillis an event older than the user's newest by more than this is late
 * @param seenCodes bit {@code c} set: an event of type code {@code c} marks its item as seen
 * @param seenCap items that a list filters at most
 * @param seenSlack items kept beyond that, so that a list made a little later still filters what
 *     its trigger knew
 */
public record HistoryRules(
    int retainedEvents, long latenessMillis, int seenCodes, int seenCap, int seenSlack) {

  /** Rules with event types instead of codes. */
  public static HistoryRules of(
      int retainedEvents,
      long latenessMillis,
      Set<InteractionType> seenTypes,
      int seenCap,
      int seenSlack) {
    int codes = 0;
    for (InteractionType type : seenTypes) {
      codes |= 1 << FeatureSchema.eventTypeCode(type);
    }
    return new HistoryRules(retainedEvents, latenessMillis, codes, seenCap, seenSlack);
  }

  boolean isSeen(int typeCode) {
    return (seenCodes >>> typeCode & 1) != 0;
  }
}
