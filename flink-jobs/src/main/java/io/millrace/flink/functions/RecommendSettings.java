package io.millrace.flink.functions;

import io.millrace.schemas.avro.InteractionType;
import java.io.Serializable;
import java.time.Duration;
import java.util.Set;

/**
 * How the recommending operator behaves. Immutable and checked on construction.
 *
 * @param maxHistory newest events of a user that a call takes; at least 1
 * @param retainedEvents newest events of a user kept in state; at least {@code maxHistory +
 *     maxPendingPerUser}, so that a trigger that waited still finds the events it is about
 * @param latenessBound an event older than the user's newest by more than this stays out of the
 *     sequence and causes no list
 * @param seenTypes event types after which an item is not recommended to the user again
 * @param seenCap items remembered as seen per user, the oldest forgotten first; at least 1
 * @param triggerTypes event types that cause a list
 * @param interval at most one list per user in this time, by processing time: the first event of a
 *     burst has its list at once, one trailing list covers the rest; zero: a list for every
 *     triggering event
 * @param backfillAge an event whose Kafka timestamp is older than this when it is read updates
 *     state and causes no list
 * @param k items wanted in a list when a request does not say; at least 1
 * @param deadline time for one call, and from a request's Kafka timestamp to its answer when the
 *     request does not say
 * @param maxRequestWait longest time that a request waits for the event it names, and longest time
 *     for its call, whatever its own deadline
 * @param maxInFlight calls in flight per operator instance; when all are used the operator stops
 *     reading, which is the back-pressure; at least 1
 * @param maxInFlightPerUser calls of one user in flight; their lists still leave in order; at least
 *     1
 * @param maxPendingPerUser triggers of one user that are in flight or wait for it; when reached the
 *     operator stops reading until one is answered; at least {@code maxInFlightPerUser}
 * @param erasureRetention how long after an erasure its key and time are kept, by processing time,
 *     to refuse late events; as long as any input topic keeps records
 */
public record RecommendSettings(
    int maxHistory,
    int retainedEvents,
    Duration latenessBound,
    Set<InteractionType> seenTypes,
    int seenCap,
    Set<InteractionType> triggerTypes,
    Duration interval,
    Duration backfillAge,
    int k,
    Duration deadline,
    Duration maxRequestWait,
    int maxInFlight,
    int maxInFlightPerUser,
    int maxPendingPerUser,
    Duration erasureRetention)
    implements Serializable {

  /** Checks every value; messages name the setting, its value and the fix. */
  public RecommendSettings {
    seenTypes = Set.copyOf(seenTypes);
    triggerTypes = Set.copyOf(triggerTypes);
    atLeast("maxHistory", maxHistory, 1);
    atLeast("seenCap", seenCap, 1);
    atLeast("k", k, 1);
    atLeast("maxInFlight", maxInFlight, 1);
    atLeast("maxInFlightPerUser", maxInFlightPerUser, 1);
    atLeast("maxPendingPerUser", maxPendingPerUser, maxInFlightPerUser);
    atLeast("retainedEvents", retainedEvents, maxHistory + maxPendingPerUser);
    notNegative("latenessBound", latenessBound);
    notNegative("interval", interval);
    notNegative("backfillAge", backfillAge);
    positive("deadline", deadline);
    positive("maxRequestWait", maxRequestWait);
    positive("erasureRetention", erasureRetention);
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          name + " is " + value + ": it must be at least " + least + "; raise it");
    }
  }

  private static void notNegative(String name, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(
          name + " is " + value + ": a duration must not be negative; use zero or more");
    }
  }

  private static void positive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(
          name + " is " + value + ": it must be longer than zero; raise it");
    }
  }
}
