package io.millrace.flink.functions;

import java.time.Duration;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * Runs something a period after it was armed, by processing time. Arming again before that changes
 * nothing, so there is at most one timer, and none while nothing happens.
 */
final class OncePerPeriod {
  private final ProcessingTimeService time;
  private final long periodMillis;
  private final ThrowingRunnable<Exception> action;
  private boolean armed;

  OncePerPeriod(ProcessingTimeService time, Duration period, ThrowingRunnable<Exception> action) {
    this.time = time;
    this.periodMillis = period.toMillis();
    this.action = action;
  }

  void arm() {
    if (!armed) {
      armed = true;
      time.registerTimer(
          time.getCurrentProcessingTime() + periodMillis,
          at -> {
            armed = false;
            action.run();
          });
    }
  }

  /** Whether it still has to run. */
  boolean isArmed() {
    return armed;
  }
}
