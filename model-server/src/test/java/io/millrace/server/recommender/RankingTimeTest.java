package io.millrace.server.recommender;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RankingTimeTest {
  @Test
  void theFirstBatchIsTakenAsItIsAndLaterOnesMoveIt() {
    RankingTime time = new RankingTime();
    assertThat(time.expected(1000)).isZero();
    time.took(500_000, 250);
    assertThat(time.expected(1000)).isEqualTo(2_000_000);
    time.took(250_000, 250);
    assertThat(time.expected(1000)).isEqualTo(1_875_000);
  }

  @Test
  void aStallCountsAsTwiceWhatWasExpected() {
    RankingTime time = new RankingTime();
    time.took(2_000_000, 1000);
    time.took(10_000_000_000L, 1000);
    assertThat(time.expected(1000)).isEqualTo(2_250_000);
  }

  @Test
  void doubtHalvesIt() {
    RankingTime time = new RankingTime();
    time.took(2_000_000, 1000);
    time.doubt();
    assertThat(time.expected(1000)).isEqualTo(1_000_000);
  }
}
