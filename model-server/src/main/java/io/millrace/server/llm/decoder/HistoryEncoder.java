package io.millrace.server.llm.decoder;

import io.millrace.server.inference.InferenceException;

/** Compresses a history to the vectors of a soft prompt. Safe for threads. */
public interface HistoryEncoder extends AutoCloseable {
  /**
   * Computes.
   *
   * @param items {@code [items, width]}, oldest first, at least one
   * @return {@code [tokens, width]}
   * @throws InferenceException if it fails
   */
  float[] encode(float[] items);

  @Override
  void close();
}
