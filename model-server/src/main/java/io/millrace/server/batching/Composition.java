package io.millrace.server.batching;

import java.util.List;

/**
 * Which requests may be computed together. Safe for use by several threads.
 *
 * @param <R> the kind of request
 */
@FunctionalInterface
public interface Composition<R extends QueuedRequest> {
  /** Whether the second request may join a batch that begins with the first. */
  boolean mayJoin(R first, R next);

  /**
   * Divides a batch into what is computed at once; parts are computed one after the other, and each
   * fails for itself.
   *
   * @param batch never empty; its order may be changed
   * @return parts that hold every request once; valid for as long as the batch is not changed
   */
  default List<List<R>> parts(List<R> batch) {
    return List.of(batch);
  }
}
