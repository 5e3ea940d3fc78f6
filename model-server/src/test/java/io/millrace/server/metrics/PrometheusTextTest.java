package io.millrace.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.inference.DurationHistogram;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {
  private final PrometheusText text = new PrometheusText();

  private String written() {
    return new String(text.bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void aFamilyHasHelpTypeAndSamples() {
    text.family("things", "counter", "Counted things.");
    text.sample("things", PrometheusText.labels("model", "a", "version", "1"), 7);
    text.sample("things", "", 8);
    assertThat(written())
        .isEqualTo(
            """
            # HELP things Counted things.
            # TYPE things counter
            things{model="a",version="1"} 7
            things 8
            """);
  }

  @Test
  void labelsAreEscaped() {
    assertThat(PrometheusText.labels("model", "a\"b\\c\nd")).isEqualTo("model=\"a\\\"b\\\\c\\nd\"");
  }

  @Test
  void bucketsAreCumulatedAndEndWithAll() {
    DurationHistogram histogram = new DurationHistogram();
    histogram.record(1);
    histogram.record(DurationHistogram.boundNanos(0));
    histogram.record(DurationHistogram.boundNanos(0) + 1);
    histogram.record(Long.MAX_VALUE / 2);
    histogram.record(-5);
    text.histogram("t", "m=\"a\"", histogram);
    assertThat(written().lines())
        .startsWith(
            "t_bucket{m=\"a\",le=\"0.000065536\"} 3", "t_bucket{m=\"a\",le=\"0.000131072\"} 4")
        .contains("t_bucket{m=\"a\",le=\"17.179869184\"} 4", "t_bucket{m=\"a\",le=\"+Inf\"} 5")
        .endsWith("t_count{m=\"a\"} 5");
  }
}
