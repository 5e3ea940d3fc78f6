package io.millrace.server.protocol;

import io.millrace.server.inference.InferenceException;

/** A failure in words, of a length that every transport carries. */
public final class FailureText {
  private static final int LONGEST = 2_000;

  private FailureText() {}

  /** The failure's message; where it repeats a caller's excesses, only its beginning. */
  public static String of(InferenceException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.length() <= LONGEST ? message : message.substring(0, LONGEST) + "...";
  }
}
