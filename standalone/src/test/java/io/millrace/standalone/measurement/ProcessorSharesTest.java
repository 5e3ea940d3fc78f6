package io.millrace.standalone.measurement;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessorSharesTest {

  @Test
  void whatWasSpentInBetweenIsSharedByTheLists() {
    Map<String, Double> overhead =
        ProcessorShares.overheadMicros(
            Map.of("broker", Duration.ofMillis(100), "model-server", Duration.ofMillis(500)),
            Map.of(
                "broker", Duration.ofMillis(150),
                "flink", Duration.ofMillis(20),
                "model-server", Duration.ofMillis(700)),
            1_000,
            150);

    assertThat(overhead)
        .containsOnly(
            Map.entry("broker", 50.0), Map.entry("flink", 20.0), Map.entry("model-server", 50.0));
  }

  @Test
  void withoutListsNothingIsShared() {
    assertThat(ProcessorShares.overheadMicros(Map.of(), Map.of("flink", Duration.ZERO), 0, 1))
        .isEmpty();
  }
}
