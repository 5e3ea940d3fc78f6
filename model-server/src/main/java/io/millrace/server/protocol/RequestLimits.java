package io.millrace.server.protocol;

/**
 * The largest requests that are read, beside the bytes of a whole message.
 *
 * @param tensorElements most elements of one input, at least 1
 * @param stringBytes most bytes of one element of type BYTES, at least 1
 */
public record RequestLimits(int tensorElements, int stringBytes) {
  /** Far more inputs or outputs than a model has; names are compared with each other. */
  static final int MOST_TENSORS = 256;

  /** Far more than a tensor has. */
  static final int MOST_DIMENSIONS = 32;

  /** Longest name of a tensor, in characters. */
  static final int LONGEST_NAME = 1_024;

  /** What the options say unless told otherwise. */
  public static final RequestLimits DEFAULTS = new RequestLimits(4 * 1024 * 1024, 1024 * 1024);
}
