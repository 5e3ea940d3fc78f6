package io.millrace.standalone.platform;

import org.jspecify.annotations.Nullable;

/** Why the platform cannot start or go on, as one line for a person: what, where, and the fix. */
public final class PlatformException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A failure that needs no cause to be understood. */
  public PlatformException(String message) {
    super(message);
  }

  /** A failure whose cause helps whoever asks for details. */
  public PlatformException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
