package io.millrace.flink.llm;

/** One attempt failed; says whether another one may help. Carries no stack trace. */
final class AttemptFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final LanguageModelFailure failure;
  private final boolean again;

  private AttemptFailure(LanguageModelFailure failure, boolean again) {
    super(failure.getMessage(), null, false, false);
    this.failure = failure;
    this.again = again;
  }

  /** Another attempt may have an answer. */
  static AttemptFailure passing(LanguageModelFailure failure) {
    return new AttemptFailure(failure, true);
  }

  /** Another attempt would only cost. */
  static AttemptFailure lasting(LanguageModelFailure failure) {
    return new AttemptFailure(failure, false);
  }

  LanguageModelFailure failure() {
    return failure;
  }

  boolean again() {
    return again;
  }
}
