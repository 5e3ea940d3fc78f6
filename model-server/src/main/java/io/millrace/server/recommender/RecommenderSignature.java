package io.millrace.server.recommender;

import io.millrace.schemas.FeatureSchema;
import io.millrace.server.inference.DataType;
import io.millrace.server.inference.TensorSpec;
import java.util.List;

/**
 * The recommender's tensors, as callers see them. A request has B rows, one for each list; n
 * history items and m exclusions may be 0. Rows with fewer ids than others end in empty ids, and
 * whatever other tensors hold at those places is not looked at. A list with fewer items than the
 * longest of its answer ends in empty ids too, with score 0 and an empty source.
 */
public final class RecommenderSignature {
  /** BYTES [B, n]: the user's items, oldest first; the newest count, older ones are cut. */
  public static final TensorSpec ITEM_ID = required("item_id", DataType.BYTES, -1);

  /** INT32 [B, n]: codes of {@link FeatureSchema#eventTypeCode}. */
  public static final TensorSpec EVENT_TYPE = required("event_type", DataType.INT32, -1);

  /** FP32 [B, n]: seconds from each event to the user's newest, at least 0. */
  public static final TensorSpec AGE_S = required("age_s", DataType.FP32, -1);

  /** BYTES [B, m]: items that must not come back. Default: none. */
  public static final TensorSpec EXCLUDE_ID = optional("exclude_id", DataType.BYTES, -1);

  /** FP32 [B, 384]. Default, as for a row of zeros: no profile. */
  public static final TensorSpec PROFILE =
      optional("profile", DataType.FP32, FeatureSchema.VECTOR_DIMS);

  /** FP32 [B, 384]. Default, as for a row of zeros: no query. */
  public static final TensorSpec QUERY =
      optional("query", DataType.FP32, FeatureSchema.VECTOR_DIMS);

  /**
   * BYTES [B, w]: what the user's profile says they like or do not, at most {@value
   * #MOST_KEYWORDS}; a row with fewer ends in empty ones. Default: none.
   */
  public static final TensorSpec KEYWORD = optional("keyword", DataType.BYTES, -1);

  /** FP32 [B, w]: how much, negative for a dislike. Given exactly when {@link #KEYWORD} is. */
  public static final TensorSpec KEYWORD_WEIGHT = optional("keyword_weight", DataType.FP32, -1);

  /** Keywords of a row at most. */
  public static final int MOST_KEYWORDS = 64;

  /** INT32 [B, 1]: items wanted, from 1 to the bundle's k. Default: 10. */
  public static final TensorSpec K = optional("k", DataType.INT32, 1);

  /**
   * BYTES [B, p]: what is popular at the moment, at most {@value #MOST_POPULAR}; a row with fewer
   * ends in empty ids. Default: the caller does not say.
   */
  public static final TensorSpec POPULAR_ID = optional("popular_id", DataType.BYTES, -1);

  /**
   * FP32 [B, p]: how often each was met lately, at least 0. Given exactly when {@link #POPULAR_ID}
   * is.
   */
  public static final TensorSpec POPULAR_COUNT = optional("popular_count", DataType.FP32, -1);

  /** Popular items of a row at most. */
  public static final int MOST_POPULAR = 256;

  /**
   * FP32 [B, 1]: how much items of a list are to differ from each other, from 0 (the default, not
   * at all) to 1 (nothing else counts after the first).
   */
  public static final TensorSpec DIVERSITY = optional("diversity", DataType.FP32, 1);

  /** BYTES [B, k']: the list, best first; shorter than k where fewer items are left. */
  public static final TensorSpec OUT_ITEM_ID = required("item_id", DataType.BYTES, -1);

  /** FP32 [B, k']: comparable within one list. */
  public static final TensorSpec OUT_SCORE = required("score", DataType.FP32, -1);

  /** BYTES [B, k']: the candidate source that brought each item. */
  public static final TensorSpec OUT_SOURCE = required("source", DataType.BYTES, -1);

  /**
   * BYTES [B, 1]: how far the server got, RETRIEVED or RANKED. Where a bundle has a ranker that did
   * not order a row, the parameter {@code rung_reason} says why.
   */
  public static final TensorSpec OUT_RUNG = required("rung", DataType.BYTES, 1);

  /**
   * INT32 [B, k']: the place of the row's keyword that speaks most for each item; -1 where none
   * does.
   */
  public static final TensorSpec OUT_MATCHED_KEYWORD =
      required("matched_keyword", DataType.INT32, -1);

  /**
   * FP32 [B, k']: how likely each item is the user's next event; NaN where no ranker says so. Only
   * for who asks for it by name, as all outputs below.
   */
  public static final TensorSpec OUT_CLICK = optional("click", DataType.FP32, -1);

  /** FP32 [B, k']: what the user would rate each item; NaN where no ranker says so. */
  public static final TensorSpec OUT_RATING = optional("rating", DataType.FP32, -1);

  /** BYTES [B, C]: all candidates, those of the retriever first; shorter rows end in empty ids. */
  public static final TensorSpec OUT_CANDIDATE_ID = optional("candidate_id", DataType.BYTES, -1);

  /** BYTES [B, C]: names of the sources that brought each candidate, joined by commas. */
  public static final TensorSpec OUT_CANDIDATE_SOURCE =
      optional("candidate_source", DataType.BYTES, -1);

  /** FP32 [B, C]: what each candidate was ranked by; NaN for one that had no part in the order. */
  public static final TensorSpec OUT_CANDIDATE_SCORE =
      optional("candidate_score", DataType.FP32, -1);

  /**
   * FP32 [B, C, F]: what the ranker is told of each candidate; the model's property {@code
   * ranker_features} names the columns.
   */
  public static final TensorSpec OUT_CANDIDATE_FEATURE =
      new TensorSpec("candidate_feature", DataType.FP32, List.of(-1L, -1L, -1L), true);

  /** Every input. */
  public static final List<TensorSpec> INPUTS =
      List.of(
          ITEM_ID,
          EVENT_TYPE,
          AGE_S,
          EXCLUDE_ID,
          PROFILE,
          QUERY,
          K,
          KEYWORD,
          KEYWORD_WEIGHT,
          POPULAR_ID,
          POPULAR_COUNT,
          DIVERSITY);

  /** Outputs about candidates rather than lists. */
  public static final List<TensorSpec> CANDIDATE_OUTPUTS =
      List.of(OUT_CANDIDATE_ID, OUT_CANDIDATE_SOURCE, OUT_CANDIDATE_SCORE, OUT_CANDIDATE_FEATURE);

  /** Every output. */
  public static final List<TensorSpec> OUTPUTS =
      List.of(
          OUT_ITEM_ID,
          OUT_SCORE,
          OUT_SOURCE,
          OUT_RUNG,
          OUT_MATCHED_KEYWORD,
          OUT_CLICK,
          OUT_RATING,
          OUT_CANDIDATE_ID,
          OUT_CANDIDATE_SOURCE,
          OUT_CANDIDATE_SCORE,
          OUT_CANDIDATE_FEATURE);

  private RecommenderSignature() {}

  private static TensorSpec required(String name, DataType type, long dim) {
    return new TensorSpec(name, type, List.of(-1L, dim), false);
  }

  private static TensorSpec optional(String name, DataType type, long dim) {
    return new TensorSpec(name, type, List.of(-1L, dim), true);
  }
}
