package io.millrace.standalone.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

  @Test
  void saysHowFarHowFastHowGoodAndHowLong() {
    assertThat(ProgressLine.render(5_000, 20_000, 199.6, 0.2134, Duration.ofSeconds(75)))
        .isEqualTo(
            "  ██████ ················· 5,000/20,000 lists · 200/s · HR@10 0.213 · 1:15 left");
  }

  @Test
  void staysWithinItsBarAtBothEnds() {
    assertThat(ProgressLine.render(0, 10, 0, 0, Duration.ofSeconds(-3)))
        .isEqualTo("   ······················· 0/10 lists · 0/s · HR@10 0.000 · 0:00 left");
    assertThat(ProgressLine.render(10, 10, 1, 1, Duration.ofHours(2)))
        .isEqualTo("  ████████████████████████ 10/10 lists · 1/s · HR@10 1.000 · 2:00:00 left");
  }

  @Test
  void partsOfACellShow() {
    assertThat(ProgressLine.render(1, 48, 0, 0, Duration.ZERO)).startsWith("  ▌·");
  }
}
