package io.millrace.flink.profiles;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.flink.llm.ChatRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Asks for words about an item that help to recommend it: LLM-Rec's four families. */
public final class ItemPrompt {
  private static final String FOLDER = "item/1/";
  private static final int MOST_NEIGHBOURS = 5;
  private static final int MOST_TEXT = 400;
  private static final int MOST_TOKENS = 160;
  private static final long SEED = 1;

  /** What the question is about. */
  public enum Family {
    /** The item as it is. */
    BASIC(false),
    /** The item as it would be recommended to somebody. */
    RECOMMENDATION_DRIVEN(false),
    /** What the item has in common with those that the same people chose. */
    ENGAGEMENT_GUIDED(true),
    /** That, as it would be recommended to somebody. */
    BOTH(true);

    private final boolean withNeighbours;

    Family(boolean withNeighbours) {
      this.withNeighbours = withNeighbours;
    }

    /** Whether what the same people chose belongs to the question. */
    public boolean needsNeighbours() {
      return withNeighbours;
    }

    /** As records and templates name it, {@code engagement-guided}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final Family family;
  private final PromptTemplate template;

  /** The newest prompt of a family. */
  public ItemPrompt(Family family) {
    this.family = family;
    this.template = PromptTemplate.load(FOLDER + family.label());
  }

  /** What it asks about. */
  public Family family() {
    return family;
  }

  /** Its name and version, as {@code item/1/basic}. */
  public String version() {
    return FOLDER + family.label();
  }

  /**
   * The question.
   *
   * @param item what to write about
   * @param neighbours items that the same people chose, most important first; the first 5 are
   *     shown, by the families that look at them
   */
  public ChatRequest question(ItemCard item, List<ItemCard> neighbours) {
    Map<String, String> values = new HashMap<>();
    values.put("item", NumberedEvents.describe(item));
    if (family.withNeighbours) {
      values.put(
          "neighbours",
          neighbours.stream()
              .limit(MOST_NEIGHBOURS)
              .map(NumberedEvents::describe)
              .collect(Collectors.joining("\n")));
    }
    return new ChatRequest(template.fill(values), schema(), MOST_TOKENS, SEED);
  }

  /**
   * The words of an answer, on one line, at most 400 characters.
   *
   * @throws UnreadableAnswerException if there are none
   */
  public String read(String answer) throws UnreadableAnswerException {
    JsonNode text = AnswerReader.parsed(answer).path("text");
    String clean = UntrustedText.clean(text.asText(""), MOST_TEXT);
    if (clean.isEmpty()) {
      throw AnswerReader.unreadable("it has no 'text'", answer);
    }
    return clean;
  }

  private static String schema() {
    ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
    schema
        .putObject("properties")
        .putObject("text")
        .put("type", "string")
        .put("minLength", 1)
        .put("maxLength", MOST_TEXT);
    schema.putArray("required").add("text");
    return schema.put("additionalProperties", false).toString();
  }
}
