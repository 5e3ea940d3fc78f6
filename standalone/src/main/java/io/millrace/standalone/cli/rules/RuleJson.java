package io.millrace.standalone.cli.rules;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleMatch;
import io.millrace.standalone.rules.RuleFile;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rules as JSON that {@link RuleFile} reads: the record's own field names, without those that have
 * no value. All of it is ASCII, so no name moves a terminal's cursor.
 */
public final class RuleJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ObjectWriter WRITER =
      MAPPER.writerWithDefaultPrettyPrinter().with(JsonGenerator.Feature.ESCAPE_NON_ASCII);

  private RuleJson() {}

  /** An array of them, on several lines. */
  public static String of(List<Rule> rules) {
    ArrayNode all = MAPPER.createArrayNode();
    rules.forEach(rule -> all.add(node(rule)));
    try {
      return WRITER.writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of values is always JSON", e);
    }
  }

  /** One rule. */
  public static ObjectNode node(Rule rule) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("ruleId", rule.getRuleId());
    if (!rule.getDescription().isEmpty()) {
      node.put("description", rule.getDescription());
    }
    node.put("action", rule.getAction().name());
    node.set("match", match(rule.getMatch()));
    putUnlessNull(node, "position", rule.getPosition());
    if (rule.getFactor() != null) {
      node.put("factor", rule.getFactor());
    }
    putUnlessNull(node, "count", rule.getCount());
    putUnlessNull(node, "within", rule.getWithin());
    putUnlessNull(node, "attribute", rule.getAttribute());
    putUnlessNull(node, "surface", rule.getSurface());
    putUnlessNull(node, "userId", rule.getUserId());
    putUnlessNull(node, "validFrom", rule.getValidFrom());
    putUnlessNull(node, "validUntil", rule.getValidUntil());
    if (rule.getPriority() != 0) {
      node.put("priority", rule.getPriority());
    }
    putUnlessNull(node, "updatedAt", rule.getUpdatedAt());
    return node;
  }

  private static ObjectNode match(RuleMatch match) {
    ObjectNode node = MAPPER.createObjectNode();
    if (!match.getItemIds().isEmpty()) {
      match.getItemIds().forEach(node.putArray("itemIds")::add);
    }
    if (!match.getAttributes().isEmpty()) {
      ObjectNode attributes = node.putObject("attributes");
      match
          .getAttributes()
          .forEach((name, values) -> values.forEach(attributes.putArray(name)::add));
    }
    putUnlessNull(node, "newerThanDays", match.getNewerThanDays());
    return node;
  }

  private static void putUnlessNull(ObjectNode node, String field, @Nullable Integer value) {
    if (value != null) {
      node.put(field, value);
    }
  }

  private static void putUnlessNull(ObjectNode node, String field, @Nullable String value) {
    if (value != null) {
      node.put(field, value);
    }
  }

  private static void putUnlessNull(ObjectNode node, String field, @Nullable Instant value) {
    putUnlessNull(node, field, value == null ? null : value.toString());
  }
}
