package io.millrace.server.inference;

import io.millrace.server.inference.ModelStatistics.Failure;

/**
 * Why a request got no answer. Carries no stack trace: callers cause most of these, on the hot
 * path.
 */
public final class InferenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What the caller can do about it. */
  public enum Code {
    /** Change the request. */
    INVALID_ARGUMENT,
    /** Name a model and version that exist. */
    NOT_FOUND,
    /** Slow down, or ask another server. */
    RESOURCE_EXHAUSTED,
    /** Allow more time. */
    DEADLINE_EXCEEDED,
    /** Nothing: the caller went away. */
    CANCELLED,
    /** Ask another server: this one is stopping. */
    UNAVAILABLE,
    /** Bring the caller and the model to the same feature schema. */
    FAILED_PRECONDITION,
    /** Say who calls. */
    UNAUTHENTICATED,
    /** Ask for the right to do this. */
    PERMISSION_DENIED,
    /** Read the server's log. */
    INTERNAL;

    /** What statistics count such a failure as. */
    public Failure reason() {
      return switch (this) {
        case RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED, UNAVAILABLE -> Failure.REJECTED;
        case CANCELLED -> Failure.CANCELED;
        case INTERNAL -> Failure.BACKEND;
        case INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION, UNAUTHENTICATED, PERMISSION_DENIED ->
            Failure.OTHER;
      };
    }
  }

  private final Code code;

  /** With a message that stands alone: it names the model, the tensor, what was expected. */
  public InferenceException(Code code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /** A request that can never be answered as it is. */
  @SuppressWarnings("AnnotateFormatMethod")
  public static InferenceException invalid(String format, Object... args) {
    return new InferenceException(Code.INVALID_ARGUMENT, String.format(format, args));
  }

  /** What the caller can do about it. */
  public Code code() {
    return code;
  }
}
