package io.millrace.flink.inference;

import io.millrace.flink.inference.RecommendFailure.Reason;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs failed calls: the first of a reason at once, then at most one line for each reason in ten
 * seconds, with the number of those left out.
 */
final class FailureLog {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcRecommender.class);
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final LongSupplier nanoClock;
  private final AtomicLongArray due = new AtomicLongArray(Reason.values().length);
  private final AtomicIntegerArray left = new AtomicIntegerArray(Reason.values().length);

  FailureLog(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    for (int i = 0; i < due.length(); i++) {
      due.set(i, nanoClock.getAsLong());
    }
  }

  void log(RecommendFailure failure) {
    int index = failure.reason().ordinal();
    long now = nanoClock.getAsLong();
    long next = due.get(index);
    if (now - next >= 0 && due.compareAndSet(index, next, now + PAUSE_NANOS)) {
      LOG.warn(
          "No list from the model server: {} ({} more since the last such line)",
          failure.getMessage(),
          left.getAndSet(index, 0));
    } else {
      left.incrementAndGet(index);
    }
  }
}
