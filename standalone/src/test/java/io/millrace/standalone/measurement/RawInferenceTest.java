package io.millrace.standalone.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RawInferenceTest {

  @Test
  void takesTheBestThroughputAndTheShortestSingleRow() {
    RawInference raw =
        RawInference.parse(
            """
            {"results": [
              {"batch_size": 1, "instances": 2, "rows_per_s": 1000.0, "core_us_per_row": 1990.0},
              {"batch_size": 8, "instances": 2, "rows_per_s": 4000.0, "core_us_per_row": 498.0},
              {"batch_size": 1, "instances": 1, "rows_per_s": 800.0, "core_us_per_row": 2400.0}],
             "best": {"batch_size": 8, "rows_per_s": 4000.0, "core_us_per_row": 498.0}}
            """);

    assertThat(raw).isEqualTo(new RawInference(4_000, 498, 8, 1.25));
  }

  @Test
  void anythingElseIsRefused() {
    assertThatThrownBy(() -> RawInference.parse("{}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no result");
    assertThatThrownBy(() -> RawInference.parse("Killed"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no JSON object: Killed");
  }
}
