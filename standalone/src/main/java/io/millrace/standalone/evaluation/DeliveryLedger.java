package io.millrace.standalone.evaluation;

import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.Rung;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What was published and what came back, by id and independently of the job: every published
 * trigger should come back exactly once.
 *
 * <p>Thread-safe. Times are readings of one monotonic clock in this process.
 */
public final class DeliveryLedger {
  private static final long NEVER = Long.MIN_VALUE;

  private final Triggers triggers;
  private final long[] publishedAt;
  private final long[] freshness;
  private final BitSet answered;
  private final Set<String> ids = new HashSet<>();
  private final Map<Rung, Long> byRung = new EnumMap<>(Rung.class);
  private final Map<String, Long> byReason = new TreeMap<>();
  private final Set<String> modelVersions = new HashSet<>();
  private int expected;
  private long emitted;
  private long duplicated;
  private long lastListAt = NEVER;

  /**
   * What a list was.
   *
   * @param trigger its number in {@link Triggers}, or {@link Triggers#NONE} for somebody else's
   * @param nanos from the trigger's intended time to the list's arrival; 0 for somebody else's
   * @param first whether it is the first one of its trigger
   */
  public record Receipt(int trigger, long nanos, boolean first) {}

  /** Nothing published yet. */
  public DeliveryLedger(Triggers triggers) {
    this.triggers = triggers;
    this.publishedAt = new long[triggers.size()];
    this.freshness = new long[triggers.size()];
    this.answered = new BitSet(triggers.size());
    Arrays.fill(publishedAt, NEVER);
    Arrays.fill(freshness, NEVER);
  }

  /** A trigger is about to leave, and was meant to at that time; its list is now expected. */
  public synchronized void published(int trigger, long intendedNanos) {
    publishedAt[trigger] = intendedNanos;
    expected++;
  }

  /** A list was read at that time. */
  public synchronized Receipt received(Recommendation list, long nanos) {
    int trigger = triggers.find(list.getTrigger().getKind(), list.getTrigger().getId());
    if (trigger == Triggers.NONE || publishedAt[trigger] == NEVER) {
      return new Receipt(Triggers.NONE, 0, false);
    }
    emitted++;
    long age = nanos - publishedAt[trigger];
    boolean newId = ids.add(list.getRecommendationId());
    boolean first = newId && !answered.get(trigger);
    if (!first) {
      duplicated++;
      return new Receipt(trigger, age, false);
    }
    answered.set(trigger);
    freshness[trigger] = age;
    lastListAt = nanos;
    byRung.merge(list.getRung(), 1L, Long::sum);
    String reason = list.getRungReason();
    if (reason != null) {
      byReason.merge(reason, 1L, Long::sum);
    }
    String version = list.getVersions().get("recommender");
    if (version != null) {
      modelVersions.add(version);
    }
    notifyAll();
    return new Receipt(trigger, age, true);
  }

  /**
   * Waits until every list expected so far has arrived.
   *
   * @param patience gives up when no list has arrived for this long
   * @return whether all have arrived
   */
  public synchronized boolean awaitAll(Duration patience) throws InterruptedException {
    int before = answered.cardinality();
    long since = System.nanoTime();
    while (before < expected) {
      long left = patience.minusNanos(System.nanoTime() - since).toMillis();
      if (left <= 0) {
        return false;
      }
      wait(left);
      int now = answered.cardinality();
      if (now > before) {
        before = now;
        since = System.nanoTime();
      }
    }
    return true;
  }

  /** The counts so far. */
  public synchronized Delivery delivery() {
    int distinct = answered.cardinality();
    return new Delivery(
        expected, emitted, expected - distinct, duplicated, new EnumMap<>(byRung), byReason);
  }

  /**
   * From intended publication to arrival for every event whose list has arrived, in nanoseconds;
   * requests before the replay are left out.
   */
  public synchronized long[] freshnessNanos() {
    long[] times = new long[freshness.length];
    int count = 0;
    for (int trigger = 0; trigger < freshness.length; trigger++) {
      if (freshness[trigger] != NEVER && triggers.isEvent(trigger)) {
        times[count++] = freshness[trigger];
      }
    }
    return Arrays.copyOf(times, count);
  }

  /** Events of the replay, requests left out, whose list has arrived. */
  public synchronized int answeredEvents() {
    return answered.get(0, triggers.events()).cardinality();
  }

  /** When the last first list arrived; meaningless before one has. */
  public synchronized long lastListNanos() {
    return lastListAt;
  }

  /** Versions of the model that answered. */
  public synchronized Set<String> modelVersions() {
    return Set.copyOf(modelVersions);
  }
}
