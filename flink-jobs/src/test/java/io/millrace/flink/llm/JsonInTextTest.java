package io.millrace.flink.llm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonInTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"}\"}",
        "```json\n{\"a\":\"}\"}\n```",
        "Here you are: {\"a\":\"}\"} - is that what {you} want?",
        "{ no } and {\"a\":\"}\"}{\"b\":1}",
        "<think>{\"draft\":1} or so</think>{\"a\":\"}\"}",
      })
  void theFirstWholeObjectIsFound(String text) {
    assertThat(JsonInText.find(text)).isEqualTo("{\"a\":\"}\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no", "[1]", "{\"a\":", "{a:1}"})
  void withoutOneThereIsNone(String text) {
    assertThat(JsonInText.find(text)).isNull();
  }

  @Test
  void aHailOfBracesIsNotLookedThroughForEver() {
    assertThat(JsonInText.find("{".repeat(100_000))).isNull();
    assertThat(JsonInText.find("{x".repeat(64) + "{}")).isNull();
  }
}
