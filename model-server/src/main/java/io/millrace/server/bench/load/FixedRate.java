package io.millrace.server.bench.load;

import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * An open loop: each call goes out when it is due, whatever has become of those before, and its
 * latency counts from when it was due. So a server that stalls is charged for everybody who would
 * have called meanwhile, and not only for who happened to wait.
 */
public final class FixedRate {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Target target;
  private final double perSecond;
  private final int mostInFlight;
  private final LoadClock clock;

  /**
   * So many calls a second to a server.
   *
   * @param mostInFlight calls that are due beyond these are counted as not sent
   */
  public FixedRate(Target target, double perSecond, int mostInFlight, LoadClock clock) {
    this.target = target;
    this.perSecond = perSecond;
    this.mostInFlight = mostInFlight;
    this.clock = clock;
  }

  /**
   * Calls for that long, and waits for the last answers.
   *
   * @param deadline answers that take longer are late
   */
  public LoadResult run(double seconds, Duration deadline) throws InterruptedException {
    LoadRecording recording = new LoadRecording(deadline.toNanos());
    Semaphore room = new Semaphore(mostInFlight);
    long calls = (long) (perSecond * seconds);
    long notSent = 0;
    long start = clock.nanos();
    for (long i = 0; i < calls; i++) {
      long due = start + (long) (i / perSecond * NANOS_PER_SECOND);
      clock.awaitNanos(due);
      if (room.tryAcquire()) {
        target.send(
            (int) (i % target.calls()),
            outcome -> {
              recording.ended(outcome, clock.nanos() - due);
              room.release();
            });
      } else {
        notSent++;
      }
    }
    long sent = clock.nanos() - start;
    room.acquire(mostInFlight);
    return recording.result(sent, notSent);
  }
}
