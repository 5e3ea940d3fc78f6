package io.millrace.flink.llm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the JSON object in what a model wrote when nothing kept it from adding more: code fences, a
 * sentence before it, its thoughts.
 */
final class JsonInText {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonFactory FACTORY = JSON.getFactory();
  private static final String END_OF_THOUGHTS = "</think>";

  /** Braces to look at; a text with more of them in front of an object is none. */
  private static final int MOST_TRIES = 64;

  private JsonInText() {}

  /**
   * The first whole object.
   *
   * @return its text as it stands there; null if there is none
   */
  static @Nullable String find(String text) {
    int thoughts = text.lastIndexOf(END_OF_THOUGHTS);
    int from = thoughts < 0 ? 0 : thoughts + END_OF_THOUGHTS.length();
    int brace = text.indexOf('{', from);
    for (int tries = 0; brace >= 0 && tries < MOST_TRIES; tries++) {
      String object = objectAt(text.substring(brace));
      if (object != null) {
        return object;
      }
      brace = text.indexOf('{', brace + 1);
    }
    return null;
  }

  private static @Nullable String objectAt(String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      JsonNode node = JSON.readTree(parser);
      return node.isObject()
          ? text.substring(0, (int) parser.currentLocation().getCharOffset())
          : null;
    } catch (IOException e) {
      return null;
    }
  }
}
