package io.millrace.server.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ExpectedWaitTest {
  private static final long MILLI = Duration.ofMillis(1).toNanos();
  private static final int RUNNERS = 2;
  private final ExpectedWait wait = new ExpectedWait(RUNNERS);

  private void settleAt(long nanos, int rows) {
    for (int i = 0; i < 200; i++) {
      wait.took(nanos, rows, true);
    }
  }

  @Test
  void nothingIsExpectedBeforeALineWasComputed() {
    wait.took(100 * MILLI, 1, false);
    assertThat(wait.nanos(1_000)).isZero();
  }

  @Test
  void aLineIsSharedByTheRunners() {
    settleAt(10 * MILLI, 5);
    assertThat(wait.nanos(100)).isEqualTo(100 * MILLI);
    assertThat(wait.nanos(0)).isZero();
  }

  @Test
  void aSmallBatchWithNobodyBehindItSaysNothingUnlessItWasFaster() {
    settleAt(10 * MILLI, 5);
    wait.took(10 * MILLI, 1, false);
    assertThat(wait.nanos(100)).isEqualTo(100 * MILLI);
    wait.took(10 * MILLI, 10, false);
    assertThat(wait.nanos(100)).isLessThan(95 * MILLI);
  }

  @Test
  void oneStallCountsLittle() {
    settleAt(10 * MILLI, 5);
    wait.took(60_000 * MILLI, 5, true);
    assertThat(wait.nanos(100)).isBetween(100 * MILLI, 115 * MILLI);
  }
}
