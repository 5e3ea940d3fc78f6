package io.millrace.standalone.explain;

import java.util.Map;

/**
 * A candidate of the model server, before it chose its list.
 *
 * @param itemId the item
 * @param sources names of those that brought it, joined by commas
 * @param score what it was ranked by; NaN for one that had no part in the order
 * @param features what the ranker was told of it, by name; empty without a ranker
 */
public record ScoredCandidate(
    String itemId, String sources, float score, Map<String, Float> features) {}
