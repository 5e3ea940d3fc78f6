package io.millrace.standalone.rules;

/**
 * What is to be said about a rule.
 *
 * @param kind how bad it is
 * @param ruleId of the rule
 * @param text with field, value and, where there is one, the fix
 */
public record Finding(Kind kind, String ruleId, String text) {
  /** How bad it is. */
  public enum Kind {
    /** The job refuses the rule. */
    ERROR,
    /** The job takes the rule, which likely does something else than was meant. */
    WARNING
  }

  static Finding error(String ruleId, String text) {
    return new Finding(Kind.ERROR, ruleId, text);
  }

  static Finding warning(String ruleId, String text) {
    return new Finding(Kind.WARNING, ruleId, text);
  }

  /** Whether the job refuses the rule. */
  public boolean isError() {
    return kind == Kind.ERROR;
  }
}
