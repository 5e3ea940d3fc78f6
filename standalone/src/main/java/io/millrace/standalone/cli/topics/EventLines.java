package io.millrace.standalone.cli.topics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.standalone.cli.terminal.CommandException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads interactions from lines of JSON with the record's own field names. {@code userId} and
 * {@code type} are required; {@code eventId} and {@code eventTime} (ISO 8601, or milliseconds) are
 * made up where missing.
 */
final class EventLines {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final Set<String> FIELDS = new TreeSet<>();

  static {
    Interaction.getClassSchema().getFields().forEach(field -> FIELDS.add(field.name()));
  }

  private final Clock clock;
  private final Supplier<String> ids;

  EventLines(Clock clock, Supplier<String> ids) {
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * One event.
   *
   * @throws CommandException if the line is not one; the message says what is wrong with it
   */
  Interaction parse(String line) {
    JsonNode node;
    try {
      node = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new CommandException("not JSON: " + e.getOriginalMessage());
    }
    if (node == null || !node.isObject()) {
      throw new CommandException("not a JSON object");
    }
    node.fieldNames().forEachRemaining(EventLines::checkField);
    String userId = text(node, "userId");
    String type = text(node, "type");
    if (userId == null || type == null) {
      throw new CommandException("userId and type are required");
    }
    String eventId = text(node, "eventId");
    return Interaction.newBuilder()
        .setEventId(eventId == null ? ids.get() : eventId)
        .setUserId(userId)
        .setItemId(text(node, "itemId"))
        .setType(type(type))
        .setValue(number(node))
        .setEventTime(time(node))
        .setContext(context(node))
        .setStatement(text(node, "statement"))
        .setRecommendationId(text(node, "recommendationId"))
        .build();
  }

  private static void checkField(String name) {
    if (!FIELDS.contains(name)) {
      throw new CommandException("unknown field '" + name + "'; there are " + FIELDS);
    }
  }

  private static @Nullable String text(JsonNode node, String field) {
    JsonNode value = node.get(field);
    return value == null || value.isNull() ? null : value.asText();
  }

  private static InteractionType type(String name) {
    try {
      return InteractionType.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          "unknown type '" + name + "'; there are " + Set.of(InteractionType.values()));
    }
  }

  private static @Nullable Double number(JsonNode node) {
    JsonNode value = node.get("value");
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isNumber()) {
      throw new CommandException("value " + value + " is not a number");
    }
    return value.doubleValue();
  }

  private Instant time(JsonNode node) {
    JsonNode value = node.get("eventTime");
    if (value == null || value.isNull()) {
      return clock.instant();
    }
    if (value.isIntegralNumber()) {
      return Instant.ofEpochMilli(value.longValue());
    }
    try {
      return Instant.parse(value.asText());
    } catch (DateTimeException e) {
      throw new CommandException(
          "eventTime " + value + " is neither milliseconds nor like 2026-01-31T12:00:00Z");
    }
  }

  private static Map<String, String> context(JsonNode node) {
    Map<String, String> context = new HashMap<>();
    node.path("context")
        .properties()
        .forEach(entry -> context.put(entry.getKey(), entry.getValue().asText()));
    return context;
  }
}
