package io.millrace.flink.llm;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

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
  private final int tokens;
  private final @Nullable Duration retryAfter;

  /** With a detail for logs, which never holds a key. */
  public LanguageModelFailure(Reason reason, String detail) {
    this(reason, detail, 0, null);
  }

  /**
   * With what else is known.
   *
   * @param tokens that it cost all the same; 0 where the endpoint does not say
   * @param retryAfter how long the endpoint wants to be left alone; null where it does not say
   */
  public LanguageModelFailure(
      Reason reason, String detail, int tokens, @Nullable Duration retryAfter) {
    super(reason + ": " + detail, null, false, false);
    this.reason = reason;
    this.tokens = tokens;
    this.retryAfter = retryAfter;
  }

  /** What went wrong. */
  public Reason reason() {
    return reason;
  }

  /** Tokens that it cost all the same; 0 where the endpoint does not say. */
  public int tokens() {
    return tokens;
  }

  /** How long the endpoint wants to be left alone; null where it does not say. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
