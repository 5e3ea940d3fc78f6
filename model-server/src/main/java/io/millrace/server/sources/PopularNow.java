package io.millrace.server.sources;

/**
 * What is popular at the moment of a call, as its caller counts it.
 *
 * @param items numbers of items from 0, in the caller's order; one that comes twice counts twice
 * @param counts for each how often it was met lately, finite and at least 0
 */
@SuppressWarnings("ArrayRecordComponent")
public record PopularNow(int[] items, float[] counts) {
  /** The caller does not say. */
  public static final PopularNow UNKNOWN = new PopularNow(new int[0], new float[0]);

  /** Whether the caller does not say, or names only what the catalogue does not have. */
  public boolean isEmpty() {
    return items.length == 0;
  }
}
