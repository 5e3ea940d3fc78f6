package io.millrace.server.bench.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Recorder;

/** Counts what becomes of calls, and how long answers take. Any thread may record. */
final class LoadRecording {
  private static final long SHORTEST_NANOS = TimeUnit.MICROSECONDS.toNanos(1);
  private static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final int DIGITS = 3;

  private final Recorder latencies = new Recorder(SHORTEST_NANOS, LONGEST_NANOS, DIGITS);
  private final LongAdder[] outcomes = new LongAdder[Outcome.values().length];
  private final LongAdder late = new LongAdder();
  private final long deadlineNanos;

  /** An answer that takes longer than this is late. */
  LoadRecording(long deadlineNanos) {
    this.deadlineNanos = deadlineNanos;
    for (int i = 0; i < outcomes.length; i++) {
      outcomes[i] = new LongAdder();
    }
  }

  /** A call ended, that long after it was due. */
  void ended(Outcome outcome, long nanos) {
    outcomes[outcome.ordinal()].increment();
    if (outcome == Outcome.ANSWERED) {
      latencies.recordValue(Math.min(nanos, LONGEST_NANOS));
      if (nanos > deadlineNanos) {
        late.increment();
      }
    }
  }

  /** What was recorded. */
  LoadResult result(long elapsedNanos, long notSent) {
    return new LoadResult(
        elapsedNanos,
        count(Outcome.ANSWERED),
        late.sum(),
        count(Outcome.REFUSED),
        count(Outcome.EXPIRED),
        count(Outcome.FAILED),
        notSent,
        latencies.getIntervalHistogram());
  }

  private long count(Outcome outcome) {
    return outcomes[outcome.ordinal()].sum();
  }
}
