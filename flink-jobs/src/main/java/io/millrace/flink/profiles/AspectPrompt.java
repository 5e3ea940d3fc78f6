package io.millrace.flink.profiles;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.flink.llm.ChatRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Asks once, offline, which aspects of a catalogue's items people's taste depends on: what the
 * prompt {@code factors} then asks each user's events about.
 */
public final class AspectPrompt {
  private static final String VERSION = "aspects/1";
  private static final int MOST_ITEMS = 20;
  private static final int MOST_ASPECTS = 6;
  private static final int MOST_NAME = 24;
  private static final int MOST_DOMAIN = 40;
  private static final int MOST_TOKENS = 128;
  private static final long SEED = 1;

  private final PromptTemplate template = PromptTemplate.load(VERSION);

  /** Its name and version. */
  public String version() {
    return VERSION;
  }

  /**
   * The question.
   *
   * @param domain what the items are, as {@code films}
   * @param sample some of them; the first 20 are shown
   */
  public ChatRequest question(String domain, List<ItemCard> sample) {
    String items =
        sample.stream()
            .limit(MOST_ITEMS)
            .map(NumberedEvents::describe)
            .collect(Collectors.joining("\n"));
    return new ChatRequest(
        template.fill(Map.of("domain", UntrustedText.clean(domain, MOST_DOMAIN), "items", items)),
        schema(),
        MOST_TOKENS,
        SEED);
  }

  /**
   * The aspects of an answer, each once; at most 6.
   *
   * @throws UnreadableAnswerException if there are none
   */
  public List<String> read(String answer) throws UnreadableAnswerException {
    List<String> aspects = new ArrayList<>();
    for (JsonNode aspect : AnswerReader.parsed(answer).path("aspects")) {
      String name = UntrustedText.clean(aspect.asText(), MOST_NAME);
      if (!name.isEmpty() && !aspects.contains(name) && aspects.size() < MOST_ASPECTS) {
        aspects.add(name);
      }
    }
    if (aspects.isEmpty()) {
      throw AnswerReader.unreadable("it has no array 'aspects' with texts", answer);
    }
    return aspects;
  }

  private static String schema() {
    JsonNodeFactory json = JsonNodeFactory.instance;
    ObjectNode schema = json.objectNode().put("type", "object");
    ObjectNode aspects = schema.putObject("properties").putObject("aspects").put("type", "array");
    aspects.putObject("items").put("type", "string").put("maxLength", MOST_NAME);
    aspects.put("minItems", 1).put("maxItems", MOST_ASPECTS);
    schema.putArray("required").add("aspects");
    return schema.put("additionalProperties", false).toString();
  }
}
