package io.millrace.flink.features;

/**
 * A user's sequence as a list is made from it, oldest first.
 *
 * @param itemIds the items
 * @param eventTypes for each item the code of {@link io.millrace.schemas.FeatureSchema}
 * @param ageSeconds for each item the seconds from its event to the newest one, at least 0
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record SequenceCut(PackedIds itemIds, int[] eventTypes, float[] ageSeconds) {

  /** Events in the sequence. */
  public int length() {
    return eventTypes.length;
  }
}
