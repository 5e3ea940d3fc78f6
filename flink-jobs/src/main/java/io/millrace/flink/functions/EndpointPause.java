package io.millrace.flink.functions;

import io.millrace.flink.llm.LanguageModelFailure;
import io.millrace.flink.llm.LanguageModelFailure.Reason;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Leaves an endpoint alone that keeps failing. After {@value #ENOUGH} failures in a row there is a
 * pause, then one call tries it; while that fails too, the pauses grow from a second to a minute.
 * The first answer ends it. An endpoint that says how long it wants to be left alone gets that, up
 * to an hour. For one thread.
 */
final class EndpointPause {
  private static final int ENOUGH = 3;
  private static final long FIRST_MILLIS = 1_000;
  private static final long LONGEST_MILLIS = 60_000;
  private static final long LONGEST_WISH_MILLIS = Duration.ofHours(1).toMillis();

  /** These are about one question: the endpoint works. */
  private static final Set<Reason> WORKS = EnumSet.of(Reason.REFUSED, Reason.TRUNCATED);

  private final LongSupplier millis;

  /** In a row, those during a pause left out: they were made before it. */
  private int failures;

  private long until = Long.MIN_VALUE;

  EndpointPause(LongSupplier millis) {
    this.millis = millis;
  }

  /**
   * Whether a call may be made.
   *
   * @param inFlight calls that have no answer yet
   */
  boolean mayAsk(int inFlight) {
    return !isPaused() && (failures < ENOUGH || inFlight == 0);
  }

  /** Whether the endpoint is left alone now. */
  boolean isPaused() {
    return millis.getAsLong() < until;
  }

  /** An answer came. */
  void answered() {
    failures = 0;
    until = Long.MIN_VALUE;
  }

  /** None came. */
  void failed(LanguageModelFailure failure) {
    if (WORKS.contains(failure.reason())) {
      answered();
      return;
    }
    long now = millis.getAsLong();
    if (!isPaused()) {
      failures++;
      if (failures >= ENOUGH) {
        until = now + pauseMillis();
      }
    }
    Duration wish = failure.retryAfter();
    if (wish != null) {
      until = Math.max(until, now + Math.min(LONGEST_WISH_MILLIS, wish.toMillis()));
    }
  }

  private long pauseMillis() {
    int doublings = Math.min(failures - ENOUGH, Integer.SIZE);
    return Math.min(LONGEST_MILLIS, FIRST_MILLIS << doublings);
  }
}
