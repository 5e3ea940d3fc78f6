package io.millrace.standalone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RankingMetricsTest {
  private final RankingMetrics metrics = new RankingMetrics();

  @Test
  void addsUpHitsAndDiscountedGain() {
    metrics.add(1);
    metrics.add(3);
    metrics.add(11);
    metrics.add(RankingMetrics.UNRANKED);

    Quality quality = metrics.quality();
    assertThat(quality.evaluated()).isEqualTo(4);
    assertThat(quality.hitRateAt10()).isEqualTo(0.5);
    // 1/log2(2) = 1 and 1/log2(4) = 1/2, over four targets.
    assertThat(quality.ndcgAt10()).isCloseTo(0.375, within(1e-12));
  }

  @Test
  void theTenthPlaceStillCounts() {
    metrics.add(10);

    assertThat(metrics.quality().hitRateAt10()).isEqualTo(1);
    assertThat(metrics.quality().ndcgAt10()).isCloseTo(0.2890648263, within(1e-9));
  }

  @Test
  void targetsThatWereNeverCountedAreMisses() {
    metrics.add(1);

    assertThat(metrics.quality(4)).isEqualTo(new Quality(4, 0.25, 0.25));
  }

  @Test
  void nothingEvaluatedIsZeroAndNotUndefined() {
    assertThat(metrics.quality()).isEqualTo(new Quality(0, 0, 0));
  }
}
