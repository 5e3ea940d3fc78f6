package io.millrace.server.llm.generation;

import io.millrace.server.inference.InferenceException;
import java.util.List;

/** Hears of scores; called on the generating thread, so it never blocks. */
public interface ScoreListener {
  /** Whether nobody waits for them any more. */
  boolean isCancelled();

  /**
   * All scores.
   *
   * @param logProbabilities for each continuation, those of its tokens, in nats
   */
  void onScores(List<double[]> logProbabilities, TokenUsage usage);

  /** There will be none. */
  void onFailure(InferenceException failure);
}
