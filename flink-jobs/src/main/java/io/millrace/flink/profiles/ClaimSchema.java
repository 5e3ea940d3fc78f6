package io.millrace.flink.profiles;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The JSON Schema of an answer: {@code {"claims": [{"text": …, "events": […]}]}}. Only keywords
 * that strict modes of the common endpoints take.
 */
final class ClaimSchema {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MOST_CITED = 4;

  private ClaimSchema() {}

  /**
   * A schema.
   *
   * @param texts what a claim may say; empty where it may be anything
   * @param maxTextLength characters of a text at most, where it may be anything
   * @param events names of the events that may be cited, at least one
   * @param maxClaims claims at most
   */
  static String of(List<String> texts, int maxTextLength, List<String> events, int maxClaims) {
    ObjectNode text = JSON.objectNode().put("type", "string");
    if (texts.isEmpty()) {
      text.put("maxLength", maxTextLength);
    } else {
      texts.forEach(text.putArray("enum")::add);
    }
    ObjectNode event = JSON.objectNode().put("type", "string");
    events.forEach(event.putArray("enum")::add);
    ObjectNode claim = object("text", text);
    add(claim, "events", array(event, Math.min(MOST_CITED, events.size())));
    int claims = texts.isEmpty() ? maxClaims : Math.min(maxClaims, texts.size());
    return object("claims", array(claim, claims)).toString();
  }

  private static ObjectNode array(ObjectNode items, int most) {
    ObjectNode array = JSON.objectNode().put("type", "array");
    array.set("items", items);
    return array.put("minItems", 1).put("maxItems", most);
  }

  private static ObjectNode object(String name, ObjectNode value) {
    ObjectNode object = JSON.objectNode().put("type", "object");
    object.putObject("properties");
    object.putArray("required");
    object.put("additionalProperties", false);
    add(object, name, value);
    return object;
  }

  private static void add(ObjectNode object, String name, ObjectNode value) {
    ((ObjectNode) object.get("properties")).set(name, value);
    ((ArrayNode) object.get("required")).add(name);
  }
}
