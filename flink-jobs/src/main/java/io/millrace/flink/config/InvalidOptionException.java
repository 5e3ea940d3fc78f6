package io.millrace.flink.config;

/** An option's value cannot be used; the message has key, value, reason and fix. */
public final class InvalidOptionException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** With a whole sentence, for what is not about one option's value. */
  public InvalidOptionException(String message) {
    super(message);
  }

  /** About one option. */
  InvalidOptionException(String key, Object value, String reason, String fix) {
    super(key + ": " + value + " " + reason + "; " + fix);
  }
}
