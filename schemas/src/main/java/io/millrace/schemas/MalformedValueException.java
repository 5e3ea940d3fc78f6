package io.millrace.schemas;

/** A value's bytes are not what its topic promises; the message says where they differ. */
public final class MalformedValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what was found and what was expected. */
  public MalformedValueException(String message) {
    super(message);
  }

  /** With the decoder's own failure. */
  public MalformedValueException(String message, Throwable cause) {
    super(message, cause);
  }
}
