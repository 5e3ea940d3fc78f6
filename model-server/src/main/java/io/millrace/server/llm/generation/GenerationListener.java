package io.millrace.server.llm.generation;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.llm.sampling.LogProbabilities.Scored;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hears of one text as it is generated; called on the generating thread, so it never blocks. */
public interface GenerationListener {
  /** Whether nobody waits for the text any more. */
  boolean isCancelled();

  /**
   * A token was generated.
   *
   * @param text what can be shown now; may be empty while a character or a stop string is open
   * @param scored the token, then the likeliest ones, if log-probabilities were asked for
   */
  void onToken(String text, @Nullable List<Scored> scored);

  /**
   * The text has ended; nothing comes afterwards.
   *
   * @param text what was held back
   */
  void onEnd(String text, FinishReason reason, TokenUsage usage);

  /** There will be no text, or no more; nothing comes afterwards. */
  void onFailure(InferenceException failure);
}
