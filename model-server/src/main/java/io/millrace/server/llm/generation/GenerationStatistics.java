package io.millrace.server.llm.generation;

import java.util.concurrent.atomic.LongAdder;

/** Tokens since the start. Safe for threads. */
public final class GenerationStatistics {
  private final LongAdder promptTokens = new LongAdder();
  private final LongAdder reusedTokens = new LongAdder();
  private final LongAdder generatedTokens = new LongAdder();

  void prompt(int tokens, int reused) {
    promptTokens.add(tokens);
    reusedTokens.add(reused);
  }

  void generated(int tokens) {
    generatedTokens.add(tokens);
  }

  /** Tokens of all prompts. */
  public long promptTokens() {
    return promptTokens.sum();
  }

  /** Of those, tokens that did not have to be computed. */
  public long reusedTokens() {
    return reusedTokens.sum();
  }

  /** Tokens that were generated. */
  public long generatedTokens() {
    return generatedTokens.sum();
  }
}
