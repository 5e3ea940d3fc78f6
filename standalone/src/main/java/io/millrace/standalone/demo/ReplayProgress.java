package io.millrace.standalone.demo;

import io.millrace.standalone.console.DemoConsole;
import io.millrace.standalone.console.ProgressLine;
import io.millrace.standalone.evaluation.DeliveryLedger;
import io.millrace.standalone.evaluation.ListEvaluation;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Keeps the line of progress up to date, on a thread of its own, until it is closed. */
final class ReplayProgress implements AutoCloseable {
  private static final long PERIOD_MILLIS = 250;
  private static final double NANOS_PER_SECOND = 1e9;

  private final DemoConsole console;
  private final DeliveryLedger ledger;
  private final ListEvaluation evaluation;
  private final int total;
  private final long plannedNanos;
  private final LongSupplier nanoClock;
  private final long start;
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "millrace-demo-progress");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Starts now.
   *
   * @param total lists that will come
   * @param plannedNanos how long the schedule is; 0 without one
   */
  ReplayProgress(
      DemoConsole console,
      DeliveryLedger ledger,
      ListEvaluation evaluation,
      int total,
      long plannedNanos,
      LongSupplier nanoClock) {
    this.console = console;
    this.ledger = ledger;
    this.evaluation = evaluation;
    this.total = total;
    this.plannedNanos = plannedNanos;
    this.nanoClock = nanoClock;
    this.start = nanoClock.getAsLong();
    ticker.scheduleAtFixedRate(this::show, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void show() {
    long elapsed = nanoClock.getAsLong() - start;
    int done = ledger.answeredEvents();
    double perSecond = done / (elapsed / NANOS_PER_SECOND);
    double leftBySpeed = done == 0 ? 0 : (total - done) / perSecond * NANOS_PER_SECOND;
    long left = plannedNanos > 0 ? plannedNanos - elapsed : (long) leftBySpeed;
    console.progress(
        ProgressLine.render(
            done, total, perSecond, evaluation.soFar().hitRateAt10(), Duration.ofNanos(left)));
  }

  @Override
  public void close() {
    ticker.shutdownNow();
  }
}
