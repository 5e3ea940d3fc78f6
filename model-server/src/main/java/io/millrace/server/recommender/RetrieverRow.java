package io.millrace.server.recommender;

import io.millrace.server.inference.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One row for the retriever, in indices; arrays are not copied.
 *
 * @param items oldest first, no more than the bundle's history
 * @param eventTypes as many
 * @param ageSeconds as many
 * @param excluded items that must not come back
 * @param profile FP32 [1, 384], or null
 * @param query FP32 [1, 384], or null
 * @param k items wanted
 */
@SuppressWarnings("ArrayRecordComponent")
public record RetrieverRow(
    int[] items,
    int[] eventTypes,
    float[] ageSeconds,
    int[] excluded,
    @Nullable Tensor profile,
    @Nullable Tensor query,
    int k) {}
