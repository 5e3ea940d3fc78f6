package io.millrace.flink.functions;

import io.millrace.schemas.avro.InteractionType;
import java.io.Serializable;
import java.time.Duration;
import java.util.Set;

/**
 * How popular-now is counted. Immutable and checked on construction.
 *
 * @param types event types that count
 * @param halfLife an event this much older, by event time, counts half; positive
 * @param size items in the popular list, after which nothing can fall back on it; at least 1
 * @param period how often counts move on towards the list, by processing time, while there is
 *     anything new; positive
 * @param maxItemsPerTask items counted per operator instance, the least popular forgotten first; at
 *     least {@code size}
 */
public record PopularSettings(
    Set<InteractionType> types, Duration halfLife, int size, Duration period, int maxItemsPerTask)
    implements Serializable {

  /** Checks every value; messages name the setting, its value and the fix. */
  public PopularSettings {
    types = Set.copyOf(types);
    if (halfLife.toMillis() < 1) {
      throw new IllegalArgumentException(
          "halfLife is " + halfLife + ": it must be at least 1 ms; raise it");
    }
    if (period.toMillis() < 1) {
      throw new IllegalArgumentException(
          "period is " + period + ": it must be at least 1 ms; raise it");
    }
    if (size < 1) {
      throw new IllegalArgumentException("size is " + size + ": it must be at least 1; raise it");
    }
    if (maxItemsPerTask < size) {
      throw new IllegalArgumentException(
          "maxItemsPerTask is "
              + maxItemsPerTask
              + ": it must be at least the list's size of "
              + size
              + "; raise it");
    }
  }
}
