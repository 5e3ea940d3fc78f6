package io.millrace.flink.inference;

/** An answer that says something impossible. Without a stack trace: it comes from outside. */
final class BadAnswerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadAnswerException(String message) {
    super(message, null, false, false);
  }
}
