package io.millrace.standalone.data;

/** The data set cannot be used; the message names file, line, what was found and the fix. */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message for the person who runs the demo. */
  public DataException(String message) {
    super(message);
  }

  /** With the failure below it. */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
