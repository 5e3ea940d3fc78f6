package io.millrace.standalone.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {
  private static final long MILLI = 1_000_000;

  @Test
  void everyPercentileIsAValueThatWasMeasured() {
    Percentiles hundred =
        new Percentiles(LongStream.rangeClosed(1, 100).map(i -> (101 - i) * MILLI).toArray());

    assertThat(hundred.millis(50)).isEqualTo(50);
    assertThat(hundred.millis(95)).isEqualTo(95);
    assertThat(hundred.millis(99)).isEqualTo(99);
    assertThat(hundred.millis(99.5)).isEqualTo(100);
    assertThat(hundred.millis(100)).isEqualTo(100);
  }

  @Test
  void fewValuesRoundUpToTheNextOne() {
    Percentiles three = new Percentiles(new long[] {30 * MILLI, 10 * MILLI, 20 * MILLI});

    assertThat(three.millis(50)).isEqualTo(20);
    assertThat(three.millis(99)).isEqualTo(30);
    assertThat(three.count()).isEqualTo(3);
  }

  @Test
  void theValuesAreCopied() {
    long[] values = {2 * MILLI, MILLI};
    Percentiles percentiles = new Percentiles(values);
    values[0] = 0;

    assertThat(percentiles.millis(100)).isEqualTo(2);
  }

  @Test
  void withoutValuesEverythingIsZero() {
    assertThat(new Percentiles(new long[0]).millis(99)).isZero();
  }

  @Test
  void percentilesOutOfRangeAreRefused() {
    Percentiles percentiles = new Percentiles(new long[] {1});
    assertThatThrownBy(() -> percentiles.millis(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> percentiles.millis(101)).isInstanceOf(IllegalArgumentException.class);
  }
}
