package io.millrace.flink.lastmile;

import io.millrace.flink.features.InputRules;
import io.millrace.flink.features.Refusal;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which parameters an action needs, and what they may be. */
final class RuleParameters {
  private static final Set<RuleAction> WITH_FACTOR = EnumSet.of(RuleAction.BOOST, RuleAction.BURY);
  private static final Set<RuleAction> WITH_COUNT =
      EnumSet.of(RuleAction.AT_LEAST, RuleAction.AT_MOST, RuleAction.AT_MOST_EACH);

  private RuleParameters() {}

  /** What is wrong with a rule's parameters; null when nothing is. */
  static @Nullable Refusal check(Rule rule) {
    RuleAction action = rule.getAction();
    if (action == RuleAction.UNKNOWN) {
      return Refusal.impossible(
          "action is UNKNOWN: it must be one that this release knows, "
              + EnumSet.complementOf(EnumSet.of(RuleAction.UNKNOWN)));
    }
    Refusal refusal =
        checkWhole("position", rule.getPosition(), 1, action, action == RuleAction.PIN, true);
    if (refusal == null) {
      refusal = checkFactor(rule.getFactor(), action);
    }
    boolean counts = WITH_COUNT.contains(action);
    if (refusal == null) {
      int least = action == RuleAction.AT_LEAST ? 1 : 0;
      refusal = checkWhole("count", rule.getCount(), least, action, counts, true);
    }
    if (refusal == null) {
      refusal = checkWhole("within", rule.getWithin(), 1, action, counts, false);
    }
    return refusal == null ? checkRest(rule) : refusal;
  }

  private static @Nullable Refusal checkWhole(
      String field,
      @Nullable Integer value,
      int least,
      RuleAction action,
      boolean belongs,
      boolean needed) {
    if (value == null) {
      return belongs && needed
          ? Refusal.impossible(
              field
                  + " is null in a rule that says "
                  + action
                  + ": set it to "
                  + least
                  + " or more")
          : null;
    }
    if (!belongs) {
      return foreign(field, value, action);
    }
    return value < least || value > InputRules.MAX_K
        ? Refusal.impossible(
            field + " is " + value + ": it must be " + least + " to " + InputRules.MAX_K)
        : null;
  }

  private static @Nullable Refusal checkFactor(@Nullable Float factor, RuleAction action) {
    if (!WITH_FACTOR.contains(action)) {
      return factor == null ? null : foreign("factor", factor, action);
    }
    if (factor == null || !Float.isFinite(factor) || factor <= 0) {
      return Refusal.impossible("factor is " + factor + ": it must be a finite number above 0");
    }
    if (action == RuleAction.BOOST && factor <= 1) {
      return Refusal.impossible(
          "factor is " + factor + " in a BOOST: it must be above 1; BURY takes less");
    }
    return action == RuleAction.BURY && factor >= 1
        ? Refusal.impossible(
            "factor is " + factor + " in a BURY: it must be below 1; BOOST takes more")
        : null;
  }

  private static @Nullable Refusal checkRest(Rule rule) {
    Integer count = rule.getCount();
    Integer within = rule.getWithin();
    RuleAction action = rule.getAction();
    if (action == RuleAction.AT_LEAST && count != null && within != null && count > within) {
      return Refusal.impossible(
          "count is "
              + count
              + " of the first "
              + within
              + " in an AT_LEAST: there are not as many places; lower count or raise within");
    }
    String attribute = rule.getAttribute();
    if (action != RuleAction.AT_MOST_EACH) {
      return attribute == null ? null : foreign("attribute", attribute, action);
    }
    return attribute == null || attribute.isBlank()
        ? Refusal.impossible(
            "attribute is " + attribute + " in an AT_MOST_EACH: name the attribute to count by")
        : null;
  }

  private static Refusal foreign(String field, Object value, RuleAction action) {
    return Refusal.impossible(
        field + " is " + value + " in a rule that says " + action + ": leave it out");
  }
}
