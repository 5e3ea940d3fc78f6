package io.millrace.standalone.rules;

/** Something that is no rule; the message names the field, its value and what it can be. */
public final class RuleFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what is wrong. */
  public RuleFormatException(String message) {
    super(message);
  }
}
