package io.millrace.standalone.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.Rule;
import org.junit.jupiter.api.Test;

class KeptRulesTest {
  private final KeptRules kept = new KeptRules();

  @Test
  void theVersionWithTheLaterTimeCountsWhateverCameLast() {
    kept.put("r", at(20, "Drama"));
    kept.put("r", at(10, "Horror"));

    assertThat(kept.get("r")).isEqualTo(at(20, "Drama"));

    kept.put("r", at(20, "Western"));
    assertThat(kept.get("r")).isEqualTo(at(20, "Western"));
  }

  @Test
  void aRemovedRuleIsGoneUntilItIsPutAgain() {
    kept.put("r", at(20, "Drama"));
    kept.put("r", null);
    assertThat(kept.get("r")).isNull();

    kept.put("r", at(10, "Horror"));
    assertThat(kept.get("r")).isEqualTo(at(10, "Horror"));
  }

  @Test
  void theNewestComesFirstAndThoseOfOneTimeById() {
    kept.put("z", named("z", 30));
    kept.put("b", named("b", 10));
    kept.put("a", named("a", 10));

    assertThat(kept.newestFirst()).extracting(Rule::getRuleId).containsExactly("z", "a", "b");
  }

  private static Rule at(long seconds, String genre) {
    return Rule.newBuilder(Rules.exclude("r", genre))
        .setUpdatedAt(Rules.NOW.plusSeconds(seconds))
        .build();
  }

  private static Rule named(String id, long seconds) {
    return Rule.newBuilder(Rules.exclude(id, "Drama"))
        .setUpdatedAt(Rules.NOW.plusSeconds(seconds))
        .build();
  }
}
