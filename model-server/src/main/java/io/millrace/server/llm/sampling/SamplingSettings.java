package io.millrace.server.llm.sampling;

/**
 * How the next token is chosen.
 *
 * @param temperature 0 takes the likeliest; 1 as the model says; above, more evenly
 * @param topP the likeliest tokens that together have this probability are chosen from; 1 is all
 * @param frequencyPenalty taken off a token's logit for every time it came
 * @param presencePenalty taken off a token's logit once it came
 * @param seed the same seed gives the same choices for the same logits
 */
public record SamplingSettings(
    double temperature, double topP, double frequencyPenalty, double presencePenalty, long seed) {
  /** The likeliest token each time. */
  public static final SamplingSettings GREEDY = new SamplingSettings(0, 1, 0, 0, 0);

  /** Whether tokens that came count against themselves. */
  boolean penalises() {
    return frequencyPenalty != 0 || presencePenalty != 0;
  }
}
