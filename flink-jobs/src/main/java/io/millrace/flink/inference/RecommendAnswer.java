package io.millrace.flink.inference;

import io.millrace.schemas.avro.Rung;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list as the model server made it.
 *
 * @param items best first
 * @param rung RANKED or RETRIEVED: how far the server got within the deadline
 * @param modelVersion the bundle version that answered
 * @param queueMicros time in the server's queue
 * @param computeMicros time the server computed
 * @param ignoredInputs names of inputs that the server's model cannot use, joined by commas; empty
 *     when it used all
 * @param rungReason why the ranker did not order the list; null when it did, or there is none
 */
public record RecommendAnswer(
    List<ScoredItem> items,
    Rung rung,
    String modelVersion,
    long queueMicros,
    long computeMicros,
    String ignoredInputs,
    @Nullable String rungReason) {

  /** Of a model that used all inputs. */
  public RecommendAnswer(
      List<ScoredItem> items,
      Rung rung,
      String modelVersion,
      long queueMicros,
      long computeMicros) {
    this(items, rung, modelVersion, queueMicros, computeMicros, "", null);
  }

  /**
   * One item of a list.
   *
   * @param itemId the item
   * @param score comparable within one list only
   * @param source the candidate source that brought it
   * @param matchedKeyword place of the call's keyword that speaks most for it; {@link #NO_MATCH}
   */
  public record ScoredItem(String itemId, float score, String source, int matchedKeyword) {
    /** No keyword speaks for the item. */
    public static final int NO_MATCH = -1;

    /** An item that no keyword speaks for. */
    public ScoredItem(String itemId, float score, String source) {
      this(itemId, score, source, NO_MATCH);
    }
  }
}
