package io.millrace.flink.llm;

/** What an endpoint is told of how to choose words. */
public enum Sampling {
  /** {@code temperature} 0, a {@code seed}, and {@code max_tokens}. */
  GREEDY,
  /**
   * Only {@code max_completion_tokens}, for models that refuse the others, as hosted reasoning
   * models do. The same question may have another answer then; the journal keeps the first.
   */
  OWN
}
