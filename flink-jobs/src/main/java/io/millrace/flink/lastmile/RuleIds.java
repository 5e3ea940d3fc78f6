package io.millrace.flink.lastmile;

import org.jspecify.annotations.Nullable;

/**
 * Whose a rule is, by its id alone: a tombstone on the topic has nothing but the key, and must find
 * the user whose state holds the rule.
 */
public final class RuleIds {
  private static final char SEPARATOR = '/';

  private RuleIds() {}

  /** The id of a user's rule; the name has no slash. */
  public static String of(String userId, String name) {
    return userId + SEPARATOR + name;
  }

  /** The user whose rule it is; null for a rule of everybody. */
  public static @Nullable String userOf(String ruleId) {
    int slash = ruleId.lastIndexOf(SEPARATOR);
    return slash < 0 ? null : ruleId.substring(0, slash);
  }
}
