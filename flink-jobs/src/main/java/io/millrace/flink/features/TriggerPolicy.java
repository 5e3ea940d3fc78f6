package io.millrace.flink.features;

import io.millrace.schemas.avro.InteractionType;
import java.util.Set;

/**
 * Which events cause a list.
 *
 * @param types event types that do
 * @param intervalMillis least time between two lists of a user that events cause; zero: a list for
 *     every event
 * @param backfillMillis an event published longer ago than this when it is read causes none
 */
public record TriggerPolicy(Set<InteractionType> types, long intervalMillis, long backfillMillis) {

  /**
   * Whether an event causes a list.
   *
   * @param brokerTimestamp when it was published, epoch milliseconds
   * @param readAt the reader's clock when it was read, epoch milliseconds
   */
  public boolean triggers(InteractionType type, long brokerTimestamp, long readAt) {
    return types.contains(type) && readAt - brokerTimestamp <= backfillMillis;
  }

  /** Whether lists are spaced out. */
  public boolean isPaced() {
    return intervalMillis > 0;
  }
}
