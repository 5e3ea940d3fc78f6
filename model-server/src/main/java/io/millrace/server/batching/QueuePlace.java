package io.millrace.server.batching;

/** Where a request stood that was taken from a level. */
enum QueuePlace {
  /** It had waited longest. */
  FIRST,

  /** It came last. */
  LAST,

  /** It had waited longest of those that are behind all others. */
  DELAYED
}
