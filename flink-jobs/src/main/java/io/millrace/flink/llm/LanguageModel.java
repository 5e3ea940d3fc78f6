package io.millrace.flink.llm;

import java.util.concurrent.CompletableFuture;

/**
 * Answers questions, somewhere else. Calls are asynchronous and may complete on any thread, in any
 * order; how many may be in flight is the caller's to bound.
 */
public interface LanguageModel extends AutoCloseable {

  /**
   * Asks.
   *
   * @return the answer, or a failure that is always a {@link LanguageModelFailure}; the method
   *     itself never throws and never blocks
   */
  CompletableFuture<ChatAnswer> ask(ChatRequest request);

  /** Cancels what is in flight and frees connections. */
  @Override
  void close();
}
