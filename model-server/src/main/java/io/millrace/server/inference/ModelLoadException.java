package io.millrace.server.inference;

/**
 * A model that cannot be served. The message stands alone, on one line: it names the model, the
 * file, the value at fault and the fix.
 */
public final class ModelLoadException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With the message that the operator will read. */
  public ModelLoadException(String message) {
    super(message);
  }

  /** With the cause, for the log. */
  public ModelLoadException(String message, Throwable cause) {
    super(message, cause);
  }
}
