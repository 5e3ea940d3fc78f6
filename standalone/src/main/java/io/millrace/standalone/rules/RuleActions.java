package io.millrace.standalone.rules;

import io.millrace.schemas.avro.RuleAction;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.stream.Collectors;

/** Names of actions as people write them: {@code at-most}, {@code AT_MOST}. */
public final class RuleActions {
  private RuleActions() {}

  /**
   * The action of a name.
   *
   * @throws RuleFormatException if there is none; the message names those that there are
   */
  public static RuleAction parse(String name) {
    String symbol = name.toUpperCase(Locale.ROOT).replace('-', '_');
    return EnumSet.complementOf(EnumSet.of(RuleAction.UNKNOWN)).stream()
        .filter(action -> action.name().equals(symbol))
        .findFirst()
        .orElseThrow(
            () -> new RuleFormatException("action '" + name + "' is unknown; there are " + all()));
  }

  /** All names, joined by commas. */
  public static String all() {
    return Arrays.stream(RuleAction.values())
        .filter(action -> action != RuleAction.UNKNOWN)
        .map(RuleActions::name)
        .collect(Collectors.joining(", "));
  }

  /** How an action is written. */
  public static String name(RuleAction action) {
    return action.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
