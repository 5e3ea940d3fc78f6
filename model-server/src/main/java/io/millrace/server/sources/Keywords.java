package io.millrace.server.sources;

/**
 * Keywords of one user, looked up in a catalogue.
 *
 * @param terms for each keyword the terms of the index that it stands for; none for one that the
 *     catalogue does not know
 * @param weights for each keyword how much it is liked; negative for a dislike
 */
@SuppressWarnings("ArrayRecordComponent")
public record Keywords(int[][] terms, float[] weights) {
  /** Whether the catalogue knows none of them. */
  public boolean isUnknown() {
    for (int[] found : terms) {
      if (found.length > 0) {
        return false;
      }
    }
    return true;
  }
}
