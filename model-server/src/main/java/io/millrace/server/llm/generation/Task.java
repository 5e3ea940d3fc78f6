package io.millrace.server.llm.generation;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.llm.decoder.SoftPrompt;
import org.jspecify.annotations.Nullable;

/** Work that begins with a prompt in a slot of the cache. */
abstract sealed class Task permits GenerationTask, ScoreTask {
  private final int[] prompt;
  private final long deadline;
  private int reused;

  /**
   * With a prompt.
   *
   * @param prompt at least one token
   * @param deadline on the clock of the scheduler, in nanoseconds
   */
  Task(int[] prompt, long deadline) {
    this.prompt = prompt;
    this.deadline = deadline;
  }

  int[] prompt() {
    return prompt;
  }

  /** Vectors of the prompt's tokens below zero; null if it has none. */
  @Nullable SoftPrompt soft() {
    return null;
  }

  int reused() {
    return reused;
  }

  void reuse(int tokens) {
    reused = tokens;
  }

  /** Why nobody can use its result any more; null if somebody can. */
  final @Nullable InferenceException dead(long now) {
    if (isCancelled()) {
      return new InferenceException(
          InferenceException.Code.CANCELLED, "the caller went away before the answer was complete");
    }
    if (now - deadline >= 0) {
      return new InferenceException(
          InferenceException.Code.DEADLINE_EXCEEDED,
          "the language model did not finish in time; ask for fewer tokens, or raise"
              + " --language-model-timeout");
    }
    return null;
  }

  abstract boolean isCancelled();

  abstract void fail(InferenceException failure);
}
