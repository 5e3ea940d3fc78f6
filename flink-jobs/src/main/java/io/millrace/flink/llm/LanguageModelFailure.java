package io.millrace.flink.llm;

/** Why an answer did not come. Carries no stack trace: it is an expected outcome. */
public final class LanguageModelFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What went wrong, as far as the caller's next step depends on it. */
  public enum Reason {
    /** No answer within the timeout. */
    TIMEOUT,
    /** The endpoint wants fewer questions; also after trying again. */
    RATE_LIMITED,
    /** The endpoint cannot be reached, or fails; also after trying again. */
    UNAVAILABLE,
    /** The endpoint refuses the question itself, or the key: asking it again changes nothing. */
    REJECTED,
    /** The model declined to answer. */
    REFUSED,
    /** The answer was cut off at its length. */
    TRUNCATED,
    /** What came is no answer in the interface's form. */
    BAD_ANSWER
  }

  private final Reason reason;

  /** With a detail for logs, which never holds a key. */
  public LanguageModelFailure(Reason reason, String detail) {
    super(reason + ": " + detail, null, false, false);
    this.reason = reason;
  }

  /** What went wrong. */
  public Reason reason() {
    return reason;
  }
}
