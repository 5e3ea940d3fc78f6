package io.millrace.server.llm.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.server.llm.text.TokenBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextConstraintTest {
  private static final String PROFILE =
      """
      {"type": "object", "required": ["likes", "age"], "additionalProperties": false,
       "properties": {
         "likes": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"$ref": "#/$defs/claim"}},
         "note": {"type": ["string", "null"], "maxLength": 8},
         "age": {"type": "integer"}},
       "$defs": {"claim": {"type": "object", "required": ["what", "weight"], "properties": {
         "what": {"enum": ["Drama", "Dance", "Sci-Fi"]}, "weight": {"type": "number"}}}}}
      """;

  private static final TokenBytes VOCABULARY = vocabulary();
  private static final TokenTrie TRIE = new TokenTrie(VOCABULARY);

  /** All bytes, as vocabularies spell them, and a few longer tokens. */
  private static TokenBytes vocabulary() {
    List<String> spelled = new ArrayList<>();
    spelled.add("<|end|>");
    int hidden = 256;
    for (int value = 0; value < 256; value++) {
      boolean visible = (value > 32 && value < 127) || (value > 160 && value != 173);
      spelled.add(Character.toString(visible ? value : hidden++));
    }
    spelled.addAll(List.of("Dra", "Dram", "ama", "\"}", "{\"", "Dance", "\":", "Ġ\"", "true"));
    BitSet control = new BitSet();
    control.set(0);
    return new TokenBytes(spelled, control);
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static TextConstraint schema(String text) {
    return TextConstraint.schema(TRIE, VOCABULARY, json(text));
  }

  /** Whether a text can be written, byte by byte, and may end there. */
  private static boolean describes(TextConstraint constraint, String text) {
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      int token = (value & 0xFF) + 1;
      if (!constraint.allowed().get(token)) {
        return false;
      }
      constraint.accept(token);
    }
    return constraint.mayEnd();
  }

  @Test
  void aChoiceLeadsToOneOfItsTexts() {
    TextConstraint constraint =
        TextConstraint.choice(TRIE, VOCABULARY, List.of("Drama", "Dance", "Dramatic", "東京"));
    assertThat(constraint.allowed().stream().mapToObj(VOCABULARY::of).map(String::new))
        .contains("D", "Dra", "Dram", "Dance")
        .doesNotContain("ama", "a", "true");
    constraint.accept(257);
    constraint.accept('m' + 1);
    assertThat(constraint.mayEnd()).isFalse();
    constraint.accept('a' + 1);
    assertThat(constraint.mayEnd()).isTrue();
    assertThat(constraint.mustEnd()).isFalse();
    assertThat(describes(constraint, "tic")).isTrue();
    assertThat(constraint.mustEnd()).isTrue();
    assertThat(constraint.allowed().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"likes\":[{\"what\":\"Drama\",\"weight\":0.5}],\"age\":31}",
        "{\"likes\": [{\"what\": \"Sci-Fi\", \"weight\": -1e3}], \"note\": null, \"age\": 0}",
        "{\"likes\":[{\"what\":\"Dance\",\"weight\":7}],\"note\":\"é東🎬\\n\",\"age\":-4}"
      })
  void aSchemaAllowsWhatItDescribes(String text) {
    assertThat(describes(schema(PROFILE), text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"age\":31}",
        "{\"likes\":[],\"age\":31}",
        "{\"likes\":[{\"what\":\"Horror\",\"weight\":1}],\"age\":31}",
        "{\"likes\":[{\"what\":\"Drama\",\"weight\":1}],\"age\":3.5}",
        "{\"likes\":[{\"what\":\"Drama\",\"weight\":01}],\"age\":3}",
        "{\"likes\":[{\"what\":\"Drama\",\"weight\":1}],\"note\":\"too long a note\",\"age\":3}",
        "{\"likes\":[{\"what\":\"Drama\",\"weight\":1}],\"age\":3,\"other\":1}"
      })
  void aSchemaAllowsNothingElse(String text) {
    assertThat(describes(schema(PROFILE), text)).isFalse();
  }

  @Test
  void whateverIsChosenIsJsonThatTheSchemaDescribes() {
    SplittableRandom random = new SplittableRandom(1);
    for (int run = 0; run < 20; run++) {
      TextConstraint constraint = schema(PROFILE);
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      while (!constraint.mustEnd()) {
        int[] allowed = constraint.allowed().stream().toArray();
        int token = allowed[random.nextInt(allowed.length)];
        text.writeBytes(VOCABULARY.of(token));
        constraint.accept(token);
      }
      JsonNode made = json(text.toString(StandardCharsets.UTF_8));
      assertThat(made.path("likes").size()).isBetween(1, 3);
      assertThat(made.path("age").isIntegralNumber()).isTrue();
      assertThat(made.path("likes").get(0).path("what").asText()).isIn("Drama", "Dance", "Sci-Fi");
    }
  }

  @Test
  void optionalPropertiesMayBeAbsentAnywhere() {
    String schema =
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"null\"},\"b\":{\"type\":\"null\"},"
            + "\"c\":{\"type\":\"null\"}}}";
    for (String text :
        List.of(
            "{}",
            "{\"b\":null}",
            "{\"a\":null,\"c\":null}",
            "{\"a\":null,\"b\":null,\"c\":null}")) {
      assertThat(describes(schema(schema), text)).as(text).isTrue();
    }
    assertThat(describes(schema(schema), "{\"b\":null,\"a\":null}")).isFalse();
  }

  @Test
  void aSchemaMayReferToItself() {
    String tree =
        "{\"anyOf\":[{\"type\":\"null\"},{\"type\":\"array\",\"items\":{\"$ref\":\"#\"}}]}";
    assertThat(describes(schema(tree), "[[null],[[],null]]")).isTrue();
    assertThat(describes(schema("{\"anyOf\":[{\"$ref\":\"#\"},{\"type\":\"null\"}]}"), "null"))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\":\"string\",\"pattern\":\"a+\"}|pattern",
        "{\"type\":\"text\"}|unknown type 'text'",
        "{\"$ref\":\"#/$defs/none\"}|$ref #/$defs/none",
        "{\"type\":\"string\",\"maxLength\":100000}|maxLength 100000"
      })
  void whatIsNotSupportedIsNamed(String schema, String message) {
    assertThatThrownBy(() -> schema(schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
