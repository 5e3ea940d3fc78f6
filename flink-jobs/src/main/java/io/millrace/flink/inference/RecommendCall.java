package io.millrace.flink.inference;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of one list, as the {@code recommender} model takes them; arrays are not copied and
 * must not change after the call is made.
 *
 * @param id the recommendation's id, carried as the request id
 * @param itemIds the user's items, oldest first
 * @param eventTypes for each item, the code of {@link io.millrace.schemas.FeatureSchema}
 * @param ageSeconds for each item, seconds from its event to the user's newest event
 * @param excludeIds items that must not be in the answer
 * @param profile the user's profile vector, or null without a profile
 * @param k items wanted, at least 1
 * @param keywords of the user's profile
 * @param popular what is popular with everyone
 * @param diversity strength of diversity, 0 to 1; 0: off
 */
public record RecommendCall(
    String id,
    List<String> itemIds,
    int[] eventTypes,
    float[] ageSeconds,
    List<String> excludeIds,
    float @Nullable [] profile,
    int k,
    Keywords keywords,
    PopularSent popular,
    float diversity) {

  /** Without what is popular, and without diversity. */
  public RecommendCall(
      String id,
      List<String> itemIds,
      int[] eventTypes,
      float[] ageSeconds,
      List<String> excludeIds,
      float @Nullable [] profile,
      int k,
      Keywords keywords) {
    this(
        id, itemIds, eventTypes, ageSeconds, excludeIds, profile, k, keywords, PopularSent.NONE, 0);
  }

  /** Without keywords. */
  public RecommendCall(
      String id,
      List<String> itemIds,
      int[] eventTypes,
      float[] ageSeconds,
      List<String> excludeIds,
      float @Nullable [] profile,
      int k) {
    this(id, itemIds, eventTypes, ageSeconds, excludeIds, profile, k, Keywords.NONE);
  }
}
