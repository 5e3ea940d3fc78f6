package io.millrace.server.sources;

import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What sources are told of a row. Items are numbers from 0 in the order of the vocabulary; arrays
 * and buffers are not copied.
 *
 * @param items what the user did, oldest first; {@link #UNKNOWN} where the vocabulary has no such
 *     item
 * @param ageSeconds as many: from each event to the newest
 * @param excluded items that must not come back
 * @param profile 384 values from position to limit, not all zero; or null
 * @param keywords of the profile, at least one of them known; or null
 * @param popular as the caller counts it
 */
@SuppressWarnings("ArrayRecordComponent")
public record SourceRow(
    int[] items,
    float[] ageSeconds,
    int[] excluded,
    @Nullable FloatBuffer profile,
    @Nullable Keywords keywords,
    PopularNow popular) {
  /** Stands for an item that the vocabulary does not have. */
  public static final int UNKNOWN = -1;
}
