package io.millrace.flink.profiles;

/** A language model's answer is not in the form that was asked for. */
public final class UnreadableAnswerException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With what was expected and what came, the latter shortened. */
  public UnreadableAnswerException(String message) {
    super(message);
  }
}
