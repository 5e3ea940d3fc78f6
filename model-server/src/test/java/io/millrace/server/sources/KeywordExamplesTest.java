package io.millrace.server.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.server.sources.ItemTexts.ItemText;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Examples that training's index gives the same answers to: weights chosen there hold here. */
class KeywordExamplesTest {
  private static JsonNode examples() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            KeywordExamplesTest.class.getResourceAsStream("keyword-examples.json"))) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(each -> strings.add(each.asText()));
    return strings;
  }

  @Test
  void keywordsScoreItemsAsInTraining() throws IOException {
    List<ItemText> items = new ArrayList<>();
    for (JsonNode item : examples().path("items")) {
      items.add(new ItemText(item.path("title").asText(), strings(item.path("attributes"))));
    }
    KeywordIndex index = KeywordIndex.of(new ItemTexts(items));
    for (JsonNode example : examples().path("keywords")) {
      String keyword = example.path("keyword").asText();
      float[] scores = new float[items.size()];
      index.addScores(new Keywords(new int[][] {index.find(keyword)}, new float[] {1}), scores);
      for (int item = 0; item < scores.length; item++) {
        assertThat((double) scores[item])
            .as("'%s' for item %d", keyword, item)
            .isCloseTo(example.path("scores").get(item).doubleValue(), within(2e-6));
      }
    }
  }

  @Test
  void textsAreCutIntoTheSameWords() throws IOException {
    for (JsonNode example : examples().path("words")) {
      assertThat(Terms.of(example.path("text").asText())).isEqualTo(strings(example.path("words")));
    }
  }
}
