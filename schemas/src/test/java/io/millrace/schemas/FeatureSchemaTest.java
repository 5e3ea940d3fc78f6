package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.InteractionType;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class FeatureSchemaTest {
  private static final String TEXT = new String(FeatureSchema.text(), StandardCharsets.UTF_8);

  /** Models carry this hash: a changed text is a new feature schema and needs new models. */
  @Test
  void theHashIsThatOfTheReleasedText() {
    assertThat(FeatureSchema.hash()).isEqualTo("c355d1efb07d5193");
  }

  @Test
  void codesAreThoseOfTheText() {
    for (InteractionType type : InteractionType.values()) {
      int code = FeatureSchema.eventTypeCode(type);
      if (code != 0) {
        assertThat(TEXT).contains("\"" + type.name().toLowerCase(Locale.ROOT) + "\": " + code);
      }
    }
  }

  @Test
  void onlyTypesWithoutAnItemOfTheirOwnHaveNoCode() {
    EnumSet<InteractionType> without = EnumSet.noneOf(InteractionType.class);
    for (InteractionType type : InteractionType.values()) {
      if (FeatureSchema.eventTypeCode(type) == 0) {
        without.add(type);
      }
    }
    assertThat(without)
        .containsExactlyInAnyOrder(InteractionType.UNKNOWN, InteractionType.PREFERENCE_STATEMENT);
  }
}
