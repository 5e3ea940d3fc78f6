package io.millrace.flink.lastmile;

import io.millrace.flink.features.InputRules;
import io.millrace.flink.features.Refusal;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import io.millrace.schemas.avro.RuleMatch;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a rule may say. A rule acts on every list, so nothing doubtful is let in. */
public final class RuleCheck {
  /** Items that a rule may name at most. */
  public static final int MAX_ITEM_IDS = 1000;

  /** Attribute values that a rule may name at most, over all attributes. */
  public static final int MAX_VALUES = 200;

  /** Characters of a name or value of an attribute at most. */
  public static final int MAX_VALUE_CHARS = 256;

  /** Characters of a description at most. */
  public static final int MAX_DESCRIPTION_CHARS = 1000;

  private static final int MAX_DAYS = 36_500;

  private RuleCheck() {}

  /** What is wrong with a rule, with field, value and fix; null when nothing is. */
  public static @Nullable Refusal check(Rule rule) {
    Refusal refusal = InputRules.checkId("ruleId", rule.getRuleId());
    if (refusal == null) {
      refusal = checkOwner(rule);
    }
    if (refusal == null) {
      refusal = checkTexts(rule);
    }
    if (refusal == null) {
      refusal = checkMatch(rule);
    }
    if (refusal == null) {
      refusal = RuleParameters.check(rule);
    }
    return refusal == null ? checkTimes(rule) : refusal;
  }

  private static @Nullable Refusal checkOwner(Rule rule) {
    String userId = rule.getUserId();
    String named = RuleIds.userOf(rule.getRuleId());
    if (userId == null) {
      return named == null
          ? null
          : Refusal.impossible(
              "ruleId is "
                  + rule.getRuleId()
                  + " without a userId: only a user's rule has a slash in its id; leave it out or"
                  + " set userId");
    }
    Refusal refusal = InputRules.checkId("userId", userId);
    if (refusal != null) {
      return refusal;
    }
    String prefix = RuleIds.of(userId, "");
    return userId.equals(named) && rule.getRuleId().length() > prefix.length()
        ? null
        : Refusal.impossible(
            "ruleId is "
                + rule.getRuleId()
                + " for userId "
                + userId
                + ": it must be "
                + prefix
                + "NAME, with a name that has no slash");
  }

  private static @Nullable Refusal checkTexts(Rule rule) {
    if (rule.getDescription().length() > MAX_DESCRIPTION_CHARS) {
      return tooMany("description", rule.getDescription().length(), MAX_DESCRIPTION_CHARS, "chars");
    }
    String surface = rule.getSurface();
    if (surface != null && surface.length() > InputRules.MAX_SURFACE_CHARS) {
      return tooMany("surface", surface.length(), InputRules.MAX_SURFACE_CHARS, "chars");
    }
    return null;
  }

  private static @Nullable Refusal checkMatch(Rule rule) {
    RuleMatch match = rule.getMatch();
    List<String> ids = match.getItemIds();
    if (ids.size() > MAX_ITEM_IDS) {
      return tooMany("match.itemIds", ids.size(), MAX_ITEM_IDS, "ids");
    }
    Refusal refusal = null;
    for (int i = 0; refusal == null && i < ids.size(); i++) {
      refusal = InputRules.checkId("match.itemIds[" + i + "]", ids.get(i));
    }
    Integer days = match.getNewerThanDays();
    if (refusal == null && days != null && (days < 1 || days > MAX_DAYS)) {
      refusal =
          Refusal.impossible("match.newerThanDays is " + days + ": it must be 1 to " + MAX_DAYS);
    }
    if (refusal == null) {
      refusal = checkAttributes(match.getAttributes());
    }
    boolean empty = ids.isEmpty() && match.getAttributes().isEmpty() && days == null;
    if (refusal == null && empty && rule.getAction() != RuleAction.AT_MOST_EACH) {
      refusal =
          Refusal.impossible(
              "match is empty in a rule that says "
                  + rule.getAction()
                  + ": it would match every item; name itemIds, attributes or newerThanDays");
    }
    return refusal;
  }

  private static @Nullable Refusal checkAttributes(Map<String, List<String>> attributes) {
    int values = 0;
    for (Map.Entry<String, List<String>> attribute : attributes.entrySet()) {
      String field = "match.attributes[" + shown(attribute.getKey()) + "]";
      values += attribute.getValue().size();
      if (attribute.getKey().isBlank() || attribute.getKey().length() > MAX_VALUE_CHARS) {
        return Refusal.impossible(
            field + " has a name of no use: it must have 1 to " + MAX_VALUE_CHARS + " chars");
      }
      if (attribute.getValue().isEmpty()) {
        return Refusal.impossible(field + " has no value: name at least one, or leave it out");
      }
      for (String value : attribute.getValue()) {
        if (value.isBlank() || value.length() > MAX_VALUE_CHARS) {
          return Refusal.impossible(
              field
                  + " is '"
                  + shown(value)
                  + "': a value must have 1 to "
                  + MAX_VALUE_CHARS
                  + " chars");
        }
      }
    }
    return values > MAX_VALUES ? tooMany("match.attributes", values, MAX_VALUES, "values") : null;
  }

  private static @Nullable Refusal checkTimes(Rule rule) {
    Instant from = rule.getValidFrom();
    Instant until = rule.getValidUntil();
    return from != null && until != null && !from.isBefore(until)
        ? Refusal.impossible(
            "validUntil is "
                + until
                + ", not after validFrom "
                + from
                + ": the rule would never be in force; move one of them")
        : null;
  }

  private static Refusal tooMany(String field, int count, int most, String what) {
    return Refusal.impossible(
        field
            + " has "
            + count
            + " "
            + what
            + ": at most "
            + most
            + " are allowed; split the rule");
  }

  private static String shown(String text) {
    return text.length() <= 32 ? text : text.substring(0, 32) + "...";
  }
}
