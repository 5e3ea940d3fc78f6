package io.millrace.server.bench.load;

import java.util.concurrent.locks.LockSupport;

/** The time that loads go by. */
public interface LoadClock {
  /** The machine's. */
  LoadClock SYSTEM =
      new LoadClock() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void awaitNanos(long time) {
          for (long wait = time - nanos(); wait > 0; wait = time - nanos()) {
            LockSupport.parkNanos(wait);
          }
        }
      };

  /** Monotonic nanoseconds. */
  long nanos();

  /** Returns when it is that time, or at once if it was before. */
  void awaitNanos(long time);
}
