package io.millrace.server.llm.openai;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** The JSON of a request, whose fields are checked as they are read. */
final class RequestBody {
  /** Schemas are nested, and deeper ones are none that a small model could follow. */
  private static final int MOST_NESTING = 64;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MOST_NESTING).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final JsonNode json;

  private RequestBody(JsonNode json) {
    this.json = json;
  }

  /**
   * Reads it.
   *
   * @param known names of all fields that may be there; others would be silently ignored
   */
  static RequestBody read(byte[] content, Set<String> known) {
    JsonNode json;
    try {
      json = MAPPER.readTree(content);
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new OpenAiProblem(400, "the request is not JSON: " + why, null, null);
    }
    if (!json.isObject()) {
      throw new OpenAiProblem(400, "the request is not a JSON object", null, null);
    }
    json.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw OpenAiProblem.invalid(name, "is not supported here; leave it out");
              }
            });
    return new RequestBody(json);
  }

  /** Whether the field is there and not null. */
  boolean has(String name) {
    return json.hasNonNull(name);
  }

  /** The field as it is; missing if it is not there. */
  JsonNode get(String name) {
    return json.path(name);
  }

  String text(String name) {
    JsonNode value = json.path(name);
    if (!value.isTextual()) {
      throw OpenAiProblem.invalid(name, "has to be a string, not " + shortened(value));
    }
    return value.textValue();
  }

  boolean flag(String name) {
    if (!has(name)) {
      return false;
    }
    if (!json.get(name).isBoolean()) {
      throw OpenAiProblem.invalid(name, "has to be true or false");
    }
    return json.get(name).booleanValue();
  }

  double number(String name, double otherwise, double least, double most) {
    return read(
        name,
        otherwise,
        value -> value.isNumber() && in(value.doubleValue(), least, most),
        JsonNode::doubleValue,
        least + " to " + most);
  }

  int integer(String name, int otherwise, int least, int most) {
    return read(
        name,
        otherwise,
        value -> value.isInt() && in(value.intValue(), least, most),
        JsonNode::intValue,
        least + " to " + most);
  }

  long seed(String name, long otherwise) {
    return read(
        name,
        otherwise,
        JsonNode::canConvertToExactIntegral,
        JsonNode::longValue,
        "a whole number");
  }

  private <T> T read(
      String name,
      T otherwise,
      Function<JsonNode, Boolean> fits,
      Function<JsonNode, T> convert,
      String range) {
    if (!has(name)) {
      return otherwise;
    }
    JsonNode value = json.get(name);
    if (!fits.apply(value)) {
      throw OpenAiProblem.invalid(name, "is " + shortened(value) + "; it goes from " + range);
    }
    return convert.apply(value);
  }

  private static boolean in(double value, double least, double most) {
    return value >= least && value <= most;
  }

  /** A list of non-empty strings, or one string; empty if it is not there. */
  List<String> texts(String name, int most) {
    List<String> texts = new ArrayList<>();
    if (!has(name)) {
      return texts;
    }
    JsonNode value = json.get(name);
    if (value.isTextual()) {
      texts.add(value.textValue());
    } else {
      value.forEach(text -> texts.add(text.isTextual() ? text.textValue() : ""));
    }
    if (texts.isEmpty() || texts.size() > most || texts.contains("")) {
      throw OpenAiProblem.invalid(name, "has to be 1 to " + most + " strings, none of them empty");
    }
    return texts;
  }

  static String shortened(JsonNode value) {
    String text = value.isMissingNode() ? "missing" : value.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}
