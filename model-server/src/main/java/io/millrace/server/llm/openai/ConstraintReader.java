package io.millrace.server.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.millrace.server.llm.LanguageModel;
import io.millrace.server.llm.constraint.TextConstraint;
import org.jspecify.annotations.Nullable;

/** What the answer has to be: {@code guided_choice}, {@code guided_json}, or a response format. */
final class ConstraintReader {
  static final String CHOICE = "guided_choice";
  static final String JSON = "guided_json";
  static final String FORMAT = "response_format";

  private static final int MOST_CHOICES = 10_000;

  private final LanguageModel model;

  ConstraintReader(LanguageModel model) {
    this.model = model;
  }

  @Nullable TextConstraint read(RequestBody body) {
    int given = 0;
    for (String name : new String[] {CHOICE, JSON, FORMAT}) {
      given += body.has(name) ? 1 : 0;
    }
    if (given > 1) {
      throw OpenAiProblem.invalid(CHOICE, "goes with neither " + JSON + " nor " + FORMAT);
    }
    if (body.has(CHOICE)) {
      return TextConstraint.choice(
          model.trie(), model.tokenizer().bytes(), body.texts(CHOICE, MOST_CHOICES));
    }
    if (body.has(JSON)) {
      return schema(body.get(JSON), JSON);
    }
    return body.has(FORMAT) ? format(body.get(FORMAT)) : null;
  }

  private @Nullable TextConstraint format(JsonNode format) {
    return switch (format.path("type").asText()) {
      case "text" -> null;
      case "json_object" ->
          schema(JsonNodeFactory.instance.objectNode().put("type", "object"), FORMAT);
      case "json_schema" ->
          schema(format.at("/json_schema/schema"), FORMAT + ".json_schema.schema");
      default ->
          throw OpenAiProblem.invalid(
              FORMAT + ".type", "has to be text, json_object or json_schema");
    };
  }

  private TextConstraint schema(JsonNode schema, String where) {
    try {
      return TextConstraint.schema(model.trie(), model.tokenizer().bytes(), schema);
    } catch (IllegalArgumentException e) {
      throw OpenAiProblem.invalid(where, String.valueOf(e.getMessage()));
    }
  }
}
