package io.millrace.standalone.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.standalone.cli.terminal.CommandException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EventLinesTest {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  private final EventLines lines =
      new EventLines(Clock.fixed(NOW, ZoneOffset.UTC), () -> "made-up");

  @Test
  void whatIsMissingIsMadeUp() {
    assertThat(lines.parse("{\"userId\": \"u\", \"type\": \"view\", \"itemId\": \"i\"}"))
        .isEqualTo(
            Interaction.newBuilder()
                .setEventId("made-up")
                .setUserId("u")
                .setItemId("i")
                .setType(InteractionType.VIEW)
                .setEventTime(NOW)
                .build());
  }

  @Test
  void everyFieldIsRead() {
    Interaction event =
        lines.parse(
            "{\"userId\": \"u\", \"type\": \"RATE\", \"itemId\": \"i\", \"eventId\": \"e\","
                + " \"value\": 4.5, \"eventTime\": \"2026-01-30T00:00:00Z\","
                + " \"context\": {\"page\": \"home\"}, \"recommendationId\": \"r\"}");

    assertThat(event.getEventId()).isEqualTo("e");
    assertThat(event.getValue()).isEqualTo(4.5);
    assertThat(event.getEventTime()).isEqualTo(Instant.parse("2026-01-30T00:00:00Z"));
    assertThat(event.getContext()).isEqualTo(Map.of("page", "home"));
    assertThat(event.getRecommendationId()).isEqualTo("r");
  }

  @Test
  void timesMayBeMilliseconds() {
    assertThat(lines.parse("{\"userId\":\"u\",\"type\":\"view\",\"eventTime\":7}").getEventTime())
        .isEqualTo(Instant.ofEpochMilli(7));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "view 7 | not JSON",
        "[1] | not a JSON object",
        "{\"type\": \"view\"} | userId and type are required",
        "{\"userId\": \"u\", \"type\": \"stare\"} | unknown type 'stare'",
        "{\"userId\": \"u\", \"type\": \"view\", \"item\": \"i\"} | unknown field 'item'",
        "{\"userId\": \"u\", \"type\": \"rate\", \"value\": \"5\"} | value \"5\" is not a number",
        "{\"userId\": \"u\", \"type\": \"view\", \"eventTime\": \"noon\"} | eventTime \"noon\""
      })
  void aLineThatIsNoEventIsRefusedWithTheReason(String line, String reason) {
    assertThatThrownBy(() -> lines.parse(line))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining(reason);
  }
}
