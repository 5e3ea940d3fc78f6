package io.millrace.server.llm.generation;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Waits while recommendations wait, so that they have the cores; for a bounded time. */
public final class GiveWay {
  private static final long PAUSE_NANOS = 200_000;

  private final BooleanSupplier othersWait;
  private final LongSupplier clock;
  private final long mostNanos;

  /**
   * As others say.
   *
   * @param othersWait whether requests with more right to the cores wait
   * @param clock monotonic nanoseconds
   * @param mostNanos longest wait; then the language model goes on, so that load never stops it
   */
  public GiveWay(BooleanSupplier othersWait, LongSupplier clock, long mostNanos) {
    this.othersWait = othersWait;
    this.clock = clock;
    this.mostNanos = mostNanos;
  }

  void await() {
    long began = clock.getAsLong();
    while (othersWait.getAsBoolean()
        && clock.getAsLong() - began < mostNanos
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
