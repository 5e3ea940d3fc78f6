package io.millrace.server.inference;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts durations in buckets whose bounds double, from 66 µs to about 17 s. Recording allocates
 * nothing and takes no lock.
 */
public final class DurationHistogram {
  private static final int FIRST_BOUND_LOG2 = 16;

  /** Buckets with an upper bound; one more holds what is longer. */
  public static final int BOUNDED_BUCKETS = 19;

  private final LongAdder[] buckets = new LongAdder[BOUNDED_BUCKETS + 1];
  private final LongAdder nanos = new LongAdder();

  /** Empty. */
  public DurationHistogram() {
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = new LongAdder();
    }
  }

  /** Counts one duration; below zero counts as zero. */
  public void record(long duration) {
    long counted = Math.max(0, duration);
    nanos.add(counted);
    buckets[bucket(counted)].increment();
  }

  private static int bucket(long duration) {
    int log2 = Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, duration - 1));
    return Math.min(BOUNDED_BUCKETS, Math.max(0, log2 - FIRST_BOUND_LOG2));
  }

  /** The longest duration that a bounded bucket counts, in nanoseconds. */
  public static long boundNanos(int bucket) {
    return 1L << (FIRST_BOUND_LOG2 + bucket);
  }

  /** Durations in one bucket; the one after the bounded ones holds what is longer. */
  public long count(int bucket) {
    return buckets[bucket].sum();
  }

  /** Durations in all buckets. */
  public long count() {
    long sum = 0;
    for (LongAdder bucket : buckets) {
      sum += bucket.sum();
    }
    return sum;
  }

  /** All durations together, in nanoseconds. */
  public long nanos() {
    return nanos.sum();
  }
}
