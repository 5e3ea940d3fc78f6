package io.millrace.flink.inference;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Makes a ranked list out of what is known about a user, somewhere else.
 *
 * <p>Calls are asynchronous and may complete on any thread, in any order. How many may be in flight
 * is the caller's to bound.
 */
public interface Recommender extends AutoCloseable {

  /**
   * Asks for one list.
   *
   * @param call what is known
   * @param timeout time from now after which an answer is worthless; the call is then cancelled
   * @return the answer, or a failure that is always a {@link RecommendFailure}; the method itself
   *     never throws and never blocks
   */
  CompletableFuture<RecommendAnswer> recommend(RecommendCall call, Duration timeout);

  /** Servers that are not asked at present because they kept failing; any thread. */
  int serversLeftAlone();

  /** Cancels what is in flight and frees connections. */
  @Override
  void close();
}
