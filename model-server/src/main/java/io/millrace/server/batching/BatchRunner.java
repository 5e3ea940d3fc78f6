package io.millrace.server.batching;

import java.util.List;

/**
 * Computes batches, one at a time, on one of the batcher's threads.
 *
 * @param <R> the kind of request
 */
@FunctionalInterface
public interface BatchRunner<R extends QueuedRequest> {
  /**
   * Computes and answers every request of the batch.
   *
   * @param batch in the order in which they left the queue, never empty; valid until this returns
   * @param startNanos when the batch was formed, on the batcher's clock
   * @throws RuntimeException before any request of the batch has been answered; the batcher then
   *     runs each of them alone, so that only the one at fault fails
   */
  void run(List<R> batch, long startNanos);

  /**
   * Time of the last run that would not have been spent had requests not had the time for it, in
   * nanoseconds. A request that has time for the rest alone is worth computing.
   */
  default long spareNanos() {
    return 0;
  }
}
