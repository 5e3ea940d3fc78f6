package io.millrace.server.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ExpectedDurationTest {
  private static final long MILLI = Duration.ofMillis(1).toNanos();
  private static final int ROWS = 10;
  private final ExpectedDuration expected = new ExpectedDuration();

  private void settleAt(long nanos) {
    for (int i = 0; i < 200; i++) {
      expected.took(nanos, ROWS);
    }
  }

  @Test
  void itSettlesAtWhatBatchesTake() {
    settleAt(20 * MILLI);
    assertThat(expected.nanos()).isBetween(19 * MILLI, 20 * MILLI);
    settleAt(2 * MILLI);
    assertThat(expected.nanos()).isBetween(MILLI, 3 * MILLI);
  }

  @Test
  void oneStallCountsLittle() {
    settleAt(20 * MILLI);
    expected.took(30_000 * MILLI, ROWS);
    assertThat(expected.nanos()).isLessThan(23 * MILLI);
  }

  @Test
  void asManyRowsAreExpectedInATimeAsBatchesHadInIt() {
    assertThat(expected.rowsWithin(1)).isEqualTo(Integer.MAX_VALUE);
    settleAt(20 * MILLI);
    assertThat(expected.rowsWithin(10 * MILLI)).isBetween(4, 5);
    assertThat(expected.rowsWithin(200 * MILLI)).isBetween(95, 105);
    assertThat(expected.rowsWithin(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void doubtHalvesIt() {
    settleAt(20 * MILLI);
    expected.doubt();
    assertThat(expected.nanos()).isBetween(9 * MILLI, 10 * MILLI);
  }
}
