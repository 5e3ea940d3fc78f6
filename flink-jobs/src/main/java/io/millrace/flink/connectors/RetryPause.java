package io.millrace.flink.connectors;

import java.time.Duration;

/** The waits between attempts: doubling from 100 ms to 5 s, within a total. */
final class RetryPause {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  /** How a thread waits; injected, so that tests do not. */
  @FunctionalInterface
  interface Sleeper {
    Sleeper REAL = pause -> Thread.sleep(pause.toMillis());

    void sleep(Duration pause) throws InterruptedException;
  }

  private final Sleeper sleeper;
  private Duration next = FIRST;

  RetryPause(Sleeper sleeper) {
    this.sleeper = sleeper;
  }

  /** How long the next wait takes. */
  Duration next() {
    return next;
  }

  /** Waits, and makes the next wait longer. */
  void take() throws InterruptedException {
    sleeper.sleep(next);
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
  }
}
