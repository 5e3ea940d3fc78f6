package io.millrace.flink.records;

import io.millrace.schemas.avro.RerankedCandidates;
import org.jspecify.annotations.Nullable;

/**
 * A language model looked a user's list over, or what it said is gone.
 *
 * @param userId the user
 * @param reranked what it said; null when it is removed
 */
public record RerankedChange(String userId, @Nullable RerankedCandidates reranked) {}
