package io.millrace.flink.inference;

import java.util.List;

/**
 * What is popular with everyone, as the model takes it; the array is not copied.
 *
 * @param itemIds the most popular first; may be empty
 * @param counts one for each, decayed
 */
@SuppressWarnings("ArrayRecordComponent") // an input, never compared
public record PopularSent(List<String> itemIds, float[] counts) {
  /** Nothing is known to be popular. */
  public static final PopularSent NONE = new PopularSent(List.of(), new float[0]);

  /** How many. */
  int size() {
    return itemIds.size();
  }
}
