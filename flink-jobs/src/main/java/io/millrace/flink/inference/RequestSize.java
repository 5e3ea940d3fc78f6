package io.millrace.flink.inference;

import io.millrace.flink.features.PackedIds;
import java.util.List;

/**
 * How large a request is with the calls that are in it so far: an upper bound, as rows are filled
 * up to the longest. Servers refuse requests above a size, by default of 4 MiB.
 */
final class RequestSize {
  /** Leaves room for the frame, and for servers that take half of what ours does. */
  static final int MOST_BYTES = 2 << 20;

  /** An id's length, an event's type and its age. */
  private static final int BYTES_PER_EVENT = BytesTensor.LENGTH_BYTES + Integer.BYTES + Float.BYTES;

  private int rows;
  private int longestHistory;
  private int longestExclusion;
  private int longestProfile;
  private int mostKeywords;
  private int mostPopular;
  private long textBytes;

  /**
   * Takes in a call if the request does not become too large by it.
   *
   * @return whether it was taken in; the first one always is
   */
  boolean add(RecommendCall call) {
    int history = Math.max(longestHistory, call.itemIds().size());
    int exclusion = Math.max(longestExclusion, call.excludeIds().size());
    float[] vector = call.profile();
    int profile = Math.max(longestProfile, vector == null ? 0 : vector.length);
    int keywords = Math.max(mostKeywords, call.keywords().size());
    int popular = Math.max(mostPopular, call.popular().size());
    long texts =
        textBytes
            + textBytes(call.itemIds())
            + textBytes(call.excludeIds())
            + textBytes(call.keywords().texts())
            + textBytes(call.popular().itemIds());
    long row =
        (long) history * BYTES_PER_EVENT
            + (long) exclusion * BytesTensor.LENGTH_BYTES
            + (long) profile * Float.BYTES
            + (long) (keywords + popular) * (BytesTensor.LENGTH_BYTES + Float.BYTES)
            + Float.BYTES;
    if (rows > 0 && texts + (rows + 1) * row > MOST_BYTES) {
      return false;
    }
    rows++;
    longestHistory = history;
    longestExclusion = exclusion;
    longestProfile = profile;
    mostKeywords = keywords;
    mostPopular = popular;
    textBytes = texts;
    return true;
  }

  private static long textBytes(List<String> ids) {
    if (ids instanceof PackedIds packed) {
      return packed.tensor().remaining();
    }
    long bytes = 0;
    for (String id : ids) {
      bytes += id.length();
    }
    return bytes;
  }
}
