package io.millrace.server.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What became of calls. Any thread may record. */
final class Outcomes {
  private static final int MOST_SAMPLES = 1 << 20;
  private static final double NANOS_PER_MICRO = 1e3;

  private final LongAdder answered = new LongAdder();
  private final LongAdder late = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder expired = new LongAdder();
  private final LongAdder otherwise = new LongAdder();
  private final AtomicInteger sampled = new AtomicInteger();
  private final long[] samples = new long[MOST_SAMPLES];

  /** An answer came, that long after the call was due. */
  void answered(long nanos, long deadlineNanos) {
    answered.increment();
    if (nanos > deadlineNanos) {
      late.increment();
    }
    samples[Math.floorMod(sampled.getAndIncrement(), MOST_SAMPLES)] = nanos;
  }

  /** A call failed. */
  void failed(Status.Code why) {
    switch (why) {
      case RESOURCE_EXHAUSTED -> refused.increment();
      case DEADLINE_EXCEEDED -> expired.increment();
      default -> otherwise.increment();
    }
  }

  /** Answers that came within their deadline. */
  long answersInTime() {
    return answered.sum() - late.sum();
  }

  /** Calls that failed for another reason than that there was too much to do. */
  long failures() {
    return otherwise.sum();
  }

  /** Writes the counts, and the quantiles of the answers' latency in microseconds. */
  void report(ObjectNode report) {
    int count = (int) Math.min(answered.sum(), MOST_SAMPLES);
    long[] sorted = Arrays.copyOf(samples, count);
    Arrays.sort(sorted);
    report.put("answered", answered.sum());
    report.put("answered_late", late.sum());
    report.put("refused", refused.sum());
    report.put("expired", expired.sum());
    report.put("failed_otherwise", otherwise.sum());
    report.put("p50_us", quantile(sorted, 0.5));
    report.put("p99_us", quantile(sorted, 0.99));
  }

  private static double quantile(long[] sorted, double q) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1, sorted.length * q)] / NANOS_PER_MICRO;
  }
}
