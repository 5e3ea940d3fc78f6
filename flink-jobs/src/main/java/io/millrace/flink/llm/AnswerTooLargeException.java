package io.millrace.flink.llm;

import java.io.IOException;

/** An endpoint sent more than it may. */
final class AnswerTooLargeException extends IOException {
  private static final long serialVersionUID = 1L;

  AnswerTooLargeException(int limit) {
    super("the answer has more than " + limit + " bytes");
  }
}
