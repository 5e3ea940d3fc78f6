package io.millrace.server.sources;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What brings items beside the retriever.
 *
 * @param keywords null when keywords cannot be used
 * @param vectors null when the profile's vector is for the retriever alone
 * @param weights how much each counts
 * @param order breaks ties
 */
public record ItemSources(
    @Nullable KeywordIndex keywords,
    @Nullable ItemVectors vectors,
    FusionWeights weights,
    PopularityOrder order) {
  /** The retriever alone. */
  public static final ItemSources NONE =
      new ItemSources(null, null, FusionWeights.NONE, PopularityOrder.of(List.of()));
}
