package io.millrace.server.sources;

/** Where the newest session of a history begins. */
public final class Sessions {
  private Sessions() {}

  /**
   * How many events the newest session has: going back from the newest event, until one is further
   * from the next than the gap.
   *
   * @param ageSeconds of each event, oldest first
   * @param gapSeconds longest time between two events of a session
   */
  public static int newest(float[] ageSeconds, float gapSeconds) {
    int events = Math.min(1, ageSeconds.length);
    while (events > 0
        && events < ageSeconds.length
        && ageSeconds[ageSeconds.length - events - 1] - ageSeconds[ageSeconds.length - events]
            <= gapSeconds) {
      events++;
    }
    return events;
  }
}
