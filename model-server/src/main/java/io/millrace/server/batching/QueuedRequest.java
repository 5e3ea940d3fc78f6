package io.millrace.server.batching;

import java.util.Collection;

/** What a batcher must know about a request. Only {@link #isAbandoned} may change. */
public interface QueuedRequest {
  /** How much of a batch it takes, at least 1. */
  int rows();

  /** How much of a batch they take together. */
  static int rows(Collection<? extends QueuedRequest> requests) {
    int rows = 0;
    for (QueuedRequest request : requests) {
      rows += request.rows();
    }
    return rows;
  }

  /** When it came, on the batcher's clock. */
  long arrivalNanos();

  /** When an answer becomes worthless, on the batcher's clock; Long.MAX_VALUE for never. */
  long deadlineNanos();

  /** Its priority level, from 1, the highest; any other number stands for the default level. */
  default int priority() {
    return 0;
  }

  /** Whether nobody waits for the answer any more. */
  boolean isAbandoned();

  /** It will not be computed. Must not throw. */
  void reject(Rejection why);

  /** Computing it failed. Must not throw. */
  void fail(Throwable cause);
}
