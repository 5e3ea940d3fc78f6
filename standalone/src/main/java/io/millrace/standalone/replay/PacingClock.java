package io.millrace.standalone.replay;

import java.util.concurrent.locks.LockSupport;

/** Time as the replayer needs it: a monotonic reading, and a way to wait for a later one. */
public interface PacingClock {

  /** Monotonic time in nanoseconds; only differences mean something. */
  long nanos();

  /**
   * Waits until a reading is reached; returns at once if it has passed.
   *
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  void awaitNanos(long deadline) throws InterruptedException;

  /** The machine's own clock. */
  static PacingClock system() {
    return new PacingClock() {
      @Override
      public long nanos() {
        return System.nanoTime();
      }

      @Override
      public void awaitNanos(long deadline) throws InterruptedException {
        for (long left = deadline - nanos(); left > 0; left = deadline - nanos()) {
          LockSupport.parkNanos(left);
          if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while waiting for an event's time");
          }
        }
      }
    };
  }
}
