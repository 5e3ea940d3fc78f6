package io.millrace.flink.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.flink.llm.LanguageModelFailure.Reason;
import java.util.List;
import java.util.Locale;

/** Questions and answers as {@code /chat/completions} has them. */
final class ChatWire {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SCHEMA_NAME = "answer";
  private static final String SCHEMA_IN_WORDS =
      "Answer with one JSON object and nothing else. It has to satisfy this JSON Schema: ";
  private static final int SHOWN_CHARS = 120;

  private final String model;
  private final StructuredOutput structured;
  private final Sampling sampling;

  ChatWire(String model, StructuredOutput structured, Sampling sampling) {
    this.model = model;
    this.structured = structured;
    this.sampling = sampling;
  }

  /**
   * A question's body.
   *
   * @throws LanguageModelFailure if its schema is no JSON
   */
  byte[] encode(ChatRequest request) {
    ObjectNode body = JSON.createObjectNode().put("model", model);
    ArrayNode messages = body.putArray("messages");
    String schema = request.jsonSchema();
    if (schema != null && structured != StructuredOutput.JSON_SCHEMA) {
      messages.addObject().put("role", "system").put("content", SCHEMA_IN_WORDS + schema);
    }
    add(request.messages(), messages);
    if (sampling == Sampling.GREEDY) {
      body.put("max_tokens", request.maxTokens()).put("temperature", 0).put("seed", request.seed());
    } else {
      body.put("max_completion_tokens", request.maxTokens());
    }
    try {
      if (schema != null && structured == StructuredOutput.JSON_SCHEMA) {
        // Not "strict": that would narrow which schemas may be asked for, differently everywhere.
        body.putObject("response_format")
            .put("type", "json_schema")
            .putObject("json_schema")
            .put("name", SCHEMA_NAME)
            .set("schema", JSON.readTree(schema));
      } else if (schema != null && structured == StructuredOutput.JSON_OBJECT) {
        body.putObject("response_format").put("type", "json_object");
      }
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new LanguageModelFailure(
          Reason.REJECTED, "the schema of the answer is no JSON: " + e.getOriginalMessage());
    }
  }

  /** Messages as the interface has them. */
  static void add(List<ChatMessage> messages, ArrayNode to) {
    for (ChatMessage message : messages) {
      to.addObject()
          .put("role", message.role().name().toLowerCase(Locale.ROOT))
          .put("content", message.content());
    }
  }

  /**
   * An answer's words, or the JSON object among them where one is wanted.
   *
   * @throws LanguageModelFailure if it is cut off, declined or senseless
   */
  ChatAnswer decode(ChatRequest request, JsonNode body) {
    JsonNode choice = body.at("/choices/0");
    String content = choice.at("/message/content").asText("");
    int prompt = count(body.at("/usage/prompt_tokens"), TokenEstimate.ofPrompt(request));
    int completion = count(body.at("/usage/completion_tokens"), TokenEstimate.of(content));
    int tokens = prompt + completion;
    String end = choice.path("finish_reason").asText("");
    if (!choice.at("/message/refusal").asText("").isEmpty() || end.equals("content_filter")) {
      throw new LanguageModelFailure(
          Reason.REFUSED, "the model declined: " + shown(choice.path("message")), tokens, null);
    }
    if (end.equals("length")) {
      throw new LanguageModelFailure(
          Reason.TRUNCATED, "cut off after " + completion + " tokens", tokens, null);
    }
    String text = request.jsonSchema() == null ? content : JsonInText.find(content);
    if (text == null || text.isBlank()) {
      String wanted = request.jsonSchema() == null ? "text" : "JSON object";
      throw new LanguageModelFailure(
          Reason.BAD_ANSWER, "no " + wanted + " in " + shown(choice), tokens, null);
    }
    return new ChatAnswer(text, body.path("model").asText(model), prompt, completion);
  }

  /** As the endpoint counted; the estimate where it did not. */
  static int count(JsonNode counted, int estimate) {
    return counted.canConvertToInt() && counted.asInt() >= 0 ? counted.asInt() : estimate;
  }

  /** The beginning of what came, for messages. */
  static String shown(JsonNode node) {
    String text = node.toString();
    return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
  }
}
