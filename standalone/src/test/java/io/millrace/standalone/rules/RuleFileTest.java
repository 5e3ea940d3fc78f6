package io.millrace.standalone.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import io.millrace.schemas.avro.RuleMatch;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleFileTest {
  @Test
  void everyFieldIsRead() {
    String json =
        """
        {"ruleId": "r", "description": "d", "action": "at-most-each",
         "match": {"itemIds": ["a"], "attributes": {"genre": ["Horror", "War"]}, "newerThanDays": 3},
         "position": 1, "factor": 2.5, "count": 4, "within": 5, "attribute": "genre",
         "surface": "home", "userId": null, "validFrom": "2026-01-31T12:00:00Z",
         "validUntil": 1800000000000, "priority": -1, "updatedAt": 1700000000000}
        """;

    assertThat(RuleFile.parse(json, Rules.NOW))
        .containsExactly(
            Rule.newBuilder()
                .setRuleId("r")
                .setDescription("d")
                .setAction(RuleAction.AT_MOST_EACH)
                .setMatch(new RuleMatch(List.of("a"), Map.of("genre", List.of("Horror", "War")), 3))
                .setPosition(1)
                .setFactor(2.5f)
                .setCount(4)
                .setWithin(5)
                .setAttribute("genre")
                .setSurface("home")
                .setValidFrom(Instant.parse("2026-01-31T12:00:00Z"))
                .setValidUntil(Instant.ofEpochMilli(1_800_000_000_000L))
                .setPriority(-1)
                .setUpdatedAt(Instant.ofEpochMilli(1_700_000_000_000L))
                .build());
  }

  @Test
  void severalAreAnArrayAndWhatIsMissingHasItsDefault() {
    String json =
        """
        [{"ruleId": "one", "action": "EXCLUDE", "match": {"itemIds": ["a"]}},
         {"ruleId": "two", "userId": "u/1", "action": "exclude", "match": {"itemIds": ["a"]}}]
        """;

    List<Rule> rules = RuleFile.parse(json, Rules.NOW);

    assertThat(rules).extracting(Rule::getRuleId).containsExactly("one", "u/1/two");
    assertThat(rules).extracting(Rule::getUpdatedAt).containsOnly(Rules.NOW);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{                                                  | line 1 is not JSON",
        "3                                                  | the file is not a JSON object",
        "[3]                                                | [0] is not a JSON object",
        "{\"match\": {}, \"action\": \"pin\"}               | ruleId is missing",
        "{\"ruleId\": \"r\", \"match\": {}}                 | action is missing",
        "{\"ruleId\": \"r\", \"action\": \"pin\"}           | match is missing",
        "{\"ruleId\": \"r\", \"match\": {}, \"action\": \"ban\"} | action 'ban' is unknown; there"
            + " are exclude, pin",
        "{\"ruleId\": \"r\", \"match\": {}, \"action\": \"unknown\"} | action 'unknown' is unknown",
        "{\"ruleId\": 7, \"match\": {}}                     | ruleId is 7: it must be a text",
        "{\"id\": \"r\"}                                    | unknown field 'id'; there are"
            + " [action,",
        "{\"match\": {\"items\": []}}                       | unknown field 'match.items'; there"
            + " are [attributes,",
        "{\"match\": {\"itemIds\": \"a\"}}                  | match.itemIds is \"a\": it must be an"
            + " array",
        "{\"match\": {\"itemIds\": [1]}}                    | match.itemIds is 1: it must be a"
            + " text",
        "{\"match\": {\"attributes\": {\"genre\": \"Horror\"}}} | match.attributes[genre] is"
            + " \"Horror\": it must be an array",
        "{\"match\": {\"newerThanDays\": 1.5}}              | match.newerThanDays is 1.5: it must"
            + " be a whole number",
      })
  void whatIsNoRuleIsToldWithItsPlace(String json, String message) {
    assertThatThrownBy(() -> RuleFile.parse(complete(json), Rules.NOW))
        .isInstanceOf(RuleFormatException.class)
        .hasMessageContaining(message);
  }

  /** Fills in what the case is not about. */
  private static String complete(String json) {
    return json.startsWith("{\"match\"") && !json.contains("action")
        ? json.replaceFirst("\\{", "{\"ruleId\": \"r\", \"action\": \"pin\", ")
        : json;
  }

  @Test
  void aParameterOfTheWrongKindIsToldWithItsPlace() {
    String json =
        """
        [{"ruleId": "r", "action": "boost", "match": {}, "factor": "two"}]
        """;

    assertThatThrownBy(() -> RuleFile.parse(json, Rules.NOW))
        .hasMessage("[0].factor is \"two\": it must be a number");
    assertThatThrownBy(() -> RuleFile.parse(json.replace("\"factor\"", "\"validFrom\""), Rules.NOW))
        .hasMessage(
            "[0].validFrom is \"two\": it must be milliseconds, or like 2026-01-31T12:00:00Z");
  }

  @Test
  void twoRulesOfOneIdAreAMistake() {
    String json =
        """
        [{"ruleId": "r", "action": "exclude", "match": {"itemIds": ["a"]}},
         {"ruleId": "r", "action": "exclude", "match": {"itemIds": ["b"]}}]
        """;

    assertThatThrownBy(() -> RuleFile.parse(json, Rules.NOW))
        .hasMessage("[1].ruleId is r, as of a rule before it: ids differ");
  }
}
