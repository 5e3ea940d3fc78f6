package io.millrace.standalone.explain;

/** A model server gave no answer, such as because the version is gone; the message says why. */
public final class NotAnsweredException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what went wrong. */
  public NotAnsweredException(String message) {
    super(message);
  }
}
