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
  private static final int LEAST_CITED = 2;
  private static final int MOST_CITED = 3;

  /** A small model that may stop after the first one always does. */
  private static final int LEAST_CLAIMS = 2;

  private ClaimSchema() {}

  /**
   * Claims of any text.
   *
   * @param maxTextLength characters of a text at most
   * @param events names of the events that may be cited, at least one
   * @param maxClaims claims at most
   */
  static String free(int maxTextLength, List<String> events, int maxClaims) {
    ObjectNode text = JSON.objectNode().put("type", "string").put("maxLength", maxTextLength);
    return claims(claim(text, events), 1, maxClaims);
  }

  /** Claims of given texts, each with the events that it may cite. */
  static String closed(List<Candidates.Candidate> candidates, int maxClaims) {
    ObjectNode claim = JSON.objectNode();
    ArrayNode one = claim.putArray("anyOf");
    for (Candidates.Candidate candidate : candidates) {
      ObjectNode text = JSON.objectNode().put("type", "string");
      text.putArray("enum").add(candidate.label());
      one.add(claim(text, candidate.events()));
    }
    int most = Math.min(maxClaims, candidates.size());
    return claims(claim, Math.min(LEAST_CLAIMS, most), most);
  }

  private static String claims(ObjectNode claim, int least, int most) {
    ObjectNode array = JSON.objectNode().put("type", "array");
    array.set("items", claim);
    ObjectNode answer = object();
    add(answer, "claims", array.put("minItems", least).put("maxItems", most));
    return answer.toString();
  }

  private static ObjectNode claim(ObjectNode text, List<String> events) {
    ObjectNode event = JSON.objectNode().put("type", "string");
    events.forEach(event.putArray("enum")::add);
    ObjectNode cited = JSON.objectNode().put("type", "array");
    cited.set("items", event);
    int most = Math.min(MOST_CITED, events.size());
    ObjectNode claim = object();
    add(claim, "text", text);
    add(claim, "events", cited.put("minItems", Math.min(LEAST_CITED, most)).put("maxItems", most));
    return claim;
  }

  private static ObjectNode object() {
    ObjectNode object = JSON.objectNode().put("type", "object");
    object.putObject("properties");
    object.putArray("required");
    return object.put("additionalProperties", false);
  }

  private static void add(ObjectNode object, String name, ObjectNode value) {
    ((ObjectNode) object.get("properties")).set(name, value);
    ((ArrayNode) object.get("required")).add(name);
  }
}
