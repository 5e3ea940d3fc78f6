package io.millrace.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class ModelSizeTest {

  @Test
  void theSizeAtWhichRatiosAreComparedIsSaid() throws JsonProcessingException {
    assertThat(notes(64, 2, 100))
        .isEqualTo(
            "The model has 64 dimensions, 2 layers and a history of 100: the size at which ratios"
                + " are compared.");
  }

  @Test
  void anotherSizeIsSaidBesideIt() throws JsonProcessingException {
    assertThat(notes(128, 2, 200))
        .isEqualTo(
            "The model has 128 dimensions, 2 layers and a history of 200; ratios are compared at"
                + " 64, 2 and 100.");
  }

  @Test
  void aBundleThatDoesNotSayItsSizeIsNotGuessed() throws JsonProcessingException {
    assertThat(ModelSize.notes(new ObjectMapper().readTree("{\"max_history\": 100}")))
        .containsExactly("The bundle does not say how large its model is.");
  }

  private static String notes(int dimensions, int layers, int history)
      throws JsonProcessingException {
    return String.join(
        "\n",
        ModelSize.notes(
            new ObjectMapper()
                .readTree(
                    String.format(
                        "{\"max_history\": %d, \"training\": {\"model\":"
                            + " {\"dimensions\": %d, \"layers\": %d}}}",
                        history, dimensions, layers))));
  }
}
