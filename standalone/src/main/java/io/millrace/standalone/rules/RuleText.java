package io.millrace.standalone.rules;

import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a rule does, in words. */
public final class RuleText {
  /** Item ids and values that are written out at most. */
  private static final int NAMED = 4;

  private RuleText() {}

  /** As {@code exclude genre=Horror}. */
  public static String of(Rule rule) {
    String match = match(rule.getMatch());
    return switch (rule.getAction()) {
      case EXCLUDE -> "exclude " + match;
      case PIN -> "pin " + match + " at " + rule.getPosition();
      case BOOST -> "boost " + match + factor(rule);
      case BURY -> "bury " + match + factor(rule);
      case AT_LEAST -> "at least " + rule.getCount() + " of " + match + within(rule);
      case AT_MOST -> "at most " + rule.getCount() + " of " + match + within(rule);
      case AT_MOST_EACH ->
          "at most "
              + rule.getCount()
              + " of each "
              + rule.getAttribute()
              + (match.isEmpty() ? "" : " among " + match)
              + within(rule);
      case UNKNOWN -> "an action that this release does not know";
    };
  }

  private static String match(RuleMatch match) {
    List<String> conditions = new ArrayList<>();
    if (!match.getItemIds().isEmpty()) {
      conditions.add("items " + some(match.getItemIds()));
    }
    for (Map.Entry<String, List<String>> wanted : new TreeMap<>(match.getAttributes()).entrySet()) {
      conditions.add(wanted.getKey() + "=" + some(wanted.getValue()));
    }
    if (match.getNewerThanDays() != null) {
      conditions.add("newer than " + match.getNewerThanDays() + " days");
    }
    return String.join(" and ", conditions);
  }

  private static String some(List<String> names) {
    String first = String.join("|", names.subList(0, Math.min(NAMED, names.size())));
    return names.size() <= NAMED ? first : first + "|... (" + names.size() + ")";
  }

  private static String factor(Rule rule) {
    Float factor = rule.getFactor();
    return factor == null ? "" : String.format(Locale.ROOT, " x%.3g", factor);
  }

  private static String within(Rule rule) {
    return rule.getWithin() == null ? "" : " in the first " + rule.getWithin();
  }

  /** Whose lists it is about, as {@code home, user 42}; {@code all lists} without a limit. */
  public static String scope(Rule rule) {
    List<String> limits = new ArrayList<>();
    String surface = rule.getSurface();
    if (surface != null) {
      limits.add(surface.isEmpty() ? "lists after events" : "surface " + surface);
    }
    if (rule.getUserId() != null) {
      limits.add("user " + rule.getUserId());
    }
    return limits.isEmpty() ? "all lists" : String.join(", ", limits);
  }

  /** As {@code 1 item} and {@code 1,682 items}. */
  public static String items(long number) {
    return String.format(Locale.ROOT, "%,d item%s", number, number == 1 ? "" : "s");
  }
}
