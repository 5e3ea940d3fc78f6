package io.millrace.server.recommender;

import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One row for the retriever, in indices; arrays and buffers are not copied.
 *
 * @param items oldest first, no more than the bundle's history
 * @param eventTypes as many
 * @param ageSeconds as many
 * @param excluded items that must not come back
 * @param profile 384 values from position to limit, or null
 * @param query 384 values from position to limit, or null
 * @param k items wanted
 */
@SuppressWarnings("ArrayRecordComponent")
public record RetrieverRow(
    int[] items,
    int[] eventTypes,
    float[] ageSeconds,
    int[] excluded,
    @Nullable FloatBuffer profile,
    @Nullable FloatBuffer query,
    int k) {}
