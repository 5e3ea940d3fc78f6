package io.millrace.server.bench.load;

/** What became of a call. */
public enum Outcome {
  /** An answer came. */
  ANSWERED,
  /** The server had too much to do. */
  REFUSED,
  /** Its deadline passed. */
  EXPIRED,
  /** Anything else. */
  FAILED
}
