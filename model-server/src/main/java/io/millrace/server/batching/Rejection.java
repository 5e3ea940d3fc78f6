package io.millrace.server.batching;

/** Why a request was never computed. */
public enum Rejection {
  /** As many requests as may wait were waiting. */
  QUEUE_FULL,
  /** Those before it would have taken too much of its time. */
  LINE_TOO_LONG,
  /**
   * Its deadline passed before it was its turn, or would have before an answer; or it waited for as
   * long as a request may.
   */
  EXPIRED,
  /** Its caller went away before it was its turn. */
  ABANDONED,
  /** The batcher was closed while it waited. */
  CLOSED
}
