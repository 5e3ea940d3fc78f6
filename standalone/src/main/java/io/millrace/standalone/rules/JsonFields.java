package io.millrace.standalone.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** The fields of a JSON object that stands for a record; whatever the record has not is refused. */
final class JsonFields {
  private final JsonNode node;
  private final String place;

  /**
   * @param place what comes before a field's name in messages
   * @param record whose fields the object may have
   * @throws RuleFormatException if it is no object, or has other fields
   */
  JsonFields(JsonNode node, String place, Schema record) {
    this.node = node;
    this.place = place;
    if (!node.isObject()) {
      throw new RuleFormatException(
          (place.isEmpty() ? "the file" : place.substring(0, place.length() - 1))
              + " is not a JSON object with the fields of a rule");
    }
    Set<String> known = new TreeSet<>();
    record.getFields().forEach(field -> known.add(field.name()));
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw new RuleFormatException(
                    "unknown field '" + place + name + "'; there are " + known);
              }
            });
  }

  /** The fields of a record inside; none where it is missing. */
  JsonFields object(String field, Schema record) {
    JsonNode inside = node.get(field);
    if (inside == null) {
      throw new RuleFormatException(
          place + field + " is missing; {} is everything, for at-most-each");
    }
    return new JsonFields(inside, place + field + ".", record);
  }

  String required(String field) {
    String text = text(field);
    if (text == null) {
      throw new RuleFormatException(place + field + " is missing");
    }
    return text;
  }

  @Nullable String text(String field) {
    JsonNode value = value(field);
    return value == null ? null : text(value, field);
  }

  private String text(JsonNode value, String field) {
    if (!value.isTextual()) {
      throw wrong(field, value, "a text in quotes");
    }
    return value.textValue();
  }

  @Nullable Integer whole(String field) {
    JsonNode value = value(field);
    if (value == null) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(field, value, "a whole number");
    }
    return value.intValue();
  }

  @Nullable Float number(String field) {
    JsonNode value = value(field);
    if (value == null) {
      return null;
    }
    if (!value.isNumber()) {
      throw wrong(field, value, "a number");
    }
    return value.floatValue();
  }

  @Nullable Instant time(String field) {
    JsonNode value = value(field);
    if (value == null) {
      return null;
    }
    if (value.isIntegralNumber()) {
      return Instant.ofEpochMilli(value.longValue());
    }
    try {
      return Instant.parse(value.asText());
    } catch (DateTimeException e) {
      throw wrong(field, value, "milliseconds, or like 2026-01-31T12:00:00Z");
    }
  }

  List<String> texts(String field) {
    JsonNode value = value(field);
    return value == null ? List.of() : texts(value, field);
  }

  private List<String> texts(JsonNode value, String field) {
    if (!value.isArray()) {
      throw wrong(field, value, "an array of texts");
    }
    List<String> texts = new ArrayList<>(value.size());
    value.forEach(element -> texts.add(text(element, field)));
    return texts;
  }

  Map<String, List<String>> textLists(String field) {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    JsonNode value = value(field);
    if (value != null) {
      if (!value.isObject()) {
        throw wrong(field, value, "an object with an array of texts for each name");
      }
      value
          .properties()
          .forEach(
              entry ->
                  lists.put(
                      entry.getKey(), texts(entry.getValue(), field + "[" + entry.getKey() + "]")));
    }
    return lists;
  }

  private @Nullable JsonNode value(String field) {
    JsonNode value = node.get(field);
    return value == null || value.isNull() ? null : value;
  }

  private RuleFormatException wrong(String field, JsonNode value, String expected) {
    return new RuleFormatException(place + field + " is " + value + ": it must be " + expected);
  }
}
