package io.millrace.flink.inference;

/** Why a list did not come. Carries no stack trace: it is an expected outcome on the hot path. */
public final class RecommendFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What went wrong, as far as the caller's next step depends on it. */
  public enum Reason {
    /** No answer within the timeout. */
    DEADLINE,
    /** The server, or the way to it, is full. */
    OVERLOADED,
    /** The server cannot be reached or is going away. */
    UNAVAILABLE,
    /** The server refuses the call itself: wrong inputs, or another feature schema. */
    REJECTED,
    /** An answer came and made no sense. */
    BAD_ANSWER
  }

  private final Reason reason;

  /** With a detail for logs. */
  public RecommendFailure(Reason reason, String detail) {
    super(reason + ": " + detail, null, false, false);
    this.reason = reason;
  }

  /** What went wrong. */
  public Reason reason() {
    return reason;
  }
}
