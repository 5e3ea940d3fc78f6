package io.millrace.server.bench.load;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A closed loop: so many callers, each with one call in flight. It finds what a server can do; its
 * latencies are those of callers who wait for each other.
 */
public final class FixedCallers {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Target target;
  private final int callers;
  private final LoadClock clock;
  private final AtomicInteger next = new AtomicInteger();

  /** So many callers of a server, at least 1. */
  public FixedCallers(Target target, int callers, LoadClock clock) {
    this.target = target;
    this.clock = clock;
    this.callers = callers;
  }

  /** Calls for that long, and waits for the last answers. */
  public LoadResult run(double seconds) throws InterruptedException {
    LoadRecording recording = new LoadRecording(Long.MAX_VALUE);
    long start = clock.nanos();
    long end = start + (long) (seconds * NANOS_PER_SECOND);
    CountDownLatch done = new CountDownLatch(callers);
    for (int i = 0; i < callers; i++) {
      call(recording, end, done);
    }
    done.await();
    return recording.result(clock.nanos() - start, 0);
  }

  private void call(LoadRecording recording, long end, CountDownLatch done) {
    long sent = clock.nanos();
    target.send(
        Math.floorMod(next.getAndIncrement(), target.calls()),
        outcome -> {
          long now = clock.nanos();
          recording.ended(outcome, now - sent);
          if (now < end) {
            call(recording, end, done);
          } else {
            done.countDown();
          }
        });
  }
}
