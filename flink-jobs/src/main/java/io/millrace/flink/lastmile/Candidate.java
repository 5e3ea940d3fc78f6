package io.millrace.flink.lastmile;

/**
 * An item that could be in a list.
 *
 * @param itemId the item
 * @param score as its source gave it; comparable within one source only
 * @param source what brought it
 * @param matchedKeyword place of the call's keyword that speaks most for it; -1 for none
 */
public record Candidate(String itemId, float score, String source, int matchedKeyword) {
  /** The source of an item that only a PIN rule brought. */
  public static final String PINNED = "pinned";

  private static final int NO_MATCH = -1;

  static Candidate pinned(String itemId) {
    return new Candidate(itemId, 0, PINNED, NO_MATCH);
  }
}
