package io.millrace.standalone.rules;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.flink.lastmile.RuleIds;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleMatch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rules written as JSON: one object, or an array of them, with the record's own field names. {@code
 * ruleId}, {@code action} and {@code match} are required; times are ISO 8601 or milliseconds. An id
 * without a slash in a rule with a {@code userId} gets the user in front.
 */
public final class RuleFile {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private RuleFile() {}

  /**
   * Reads them.
   *
   * @param written what {@code updatedAt} is where the file does not say
   * @throws RuleFormatException if it is something else; the message says where and what
   */
  public static List<Rule> parse(String json, Instant written) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new RuleFormatException(
          "line " + e.getLocation().getLineNr() + " is not JSON: " + e.getOriginalMessage());
    }
    if (!root.isArray()) {
      return List.of(rule(new JsonFields(root, "", Rule.getClassSchema()), written));
    }
    List<Rule> rules = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < root.size(); i++) {
      String place = "[" + i + "].";
      Rule rule = rule(new JsonFields(root.get(i), place, Rule.getClassSchema()), written);
      if (!ids.add(rule.getRuleId())) {
        throw new RuleFormatException(
            place + "ruleId is " + rule.getRuleId() + ", as of a rule before it: ids differ");
      }
      rules.add(rule);
    }
    return rules;
  }

  private static Rule rule(JsonFields fields, Instant written) {
    JsonFields match = fields.object("match", RuleMatch.getClassSchema());
    String userId = fields.text("userId");
    Instant updatedAt = fields.time("updatedAt");
    String description = fields.text("description");
    Integer priority = fields.whole("priority");
    return Rule.newBuilder()
        .setRuleId(id(fields.required("ruleId"), userId))
        .setDescription(description == null ? "" : description)
        .setAction(RuleActions.parse(fields.required("action")))
        .setMatch(
            new RuleMatch(
                match.texts("itemIds"),
                match.textLists("attributes"),
                match.whole("newerThanDays")))
        .setPosition(fields.whole("position"))
        .setFactor(fields.number("factor"))
        .setCount(fields.whole("count"))
        .setWithin(fields.whole("within"))
        .setAttribute(fields.text("attribute"))
        .setSurface(fields.text("surface"))
        .setUserId(userId)
        .setValidFrom(fields.time("validFrom"))
        .setValidUntil(fields.time("validUntil"))
        .setPriority(priority == null ? 0 : priority)
        .setUpdatedAt(updatedAt == null ? written : updatedAt)
        .build();
  }

  /** The id of a rule that has a name of its own, and an owner or none. */
  public static String id(String name, @Nullable String userId) {
    return userId == null || RuleIds.userOf(name) != null ? name : RuleIds.of(userId, name);
  }
}
