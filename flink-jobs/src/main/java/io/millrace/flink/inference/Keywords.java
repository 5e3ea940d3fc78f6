package io.millrace.flink.inference;

import java.util.List;

/**
 * What a profile says that a user likes or does not, as the model takes it; the array is not
 * copied.
 *
 * @param texts may be empty
 * @param weights one for each, negative for a dislike
 */
@SuppressWarnings("ArrayRecordComponent") // an input, never compared
public record Keywords(List<String> texts, float[] weights) {
  /** No keywords. */
  public static final Keywords NONE = new Keywords(List.of(), new float[0]);

  /** How many. */
  int size() {
    return texts.size();
  }
}
