package io.millrace.standalone.replay;

import io.millrace.standalone.data.Rating;
import java.util.List;

/** Sends events at their intended times, never earlier, in order. */
public final class Replayer {
  private final PacingClock clock;
  private final Pace pace;

  /** Takes each event with the time it was meant to leave. */
  public interface Outlet {

    /**
     * Sends one event; may block while the broker does not take more.
     *
     * @param position of the event in the replay, from 0
     * @param event the event
     * @param intendedNanos when it should have left, on the replayer's clock; without a schedule,
     *     when it does
     */
    void send(int position, Rating event, long intendedNanos);
  }

  /** A replayer at that pace. */
  public Replayer(PacingClock clock, Pace pace) {
    this.clock = clock;
    this.pace = pace;
  }

  /**
   * Sends all events.
   *
   * @return when the first one was due, on the replayer's clock
   * @throws InterruptedException if the thread is interrupted while it waits for an event's time
   */
  public long replay(List<Rating> events, Outlet outlet) throws InterruptedException {
    long start = clock.nanos();
    for (int position = 0; position < events.size(); position++) {
      Rating event = events.get(position);
      outlet.send(position, event, due(start, position, event, events.get(0)));
    }
    return start;
  }

  private long due(long start, int position, Rating event, Rating first)
      throws InterruptedException {
    if (pace instanceof Pace.Unpaced) {
      return clock.nanos();
    }
    long intended = start + pace.offsetNanos(position, event, first);
    clock.awaitNanos(intended);
    return intended;
  }
}
