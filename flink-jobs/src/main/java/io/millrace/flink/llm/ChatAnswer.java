package io.millrace.flink.llm;

/**
 * What a language model answered.
 *
 * @param text the words
 * @param model the model that answered, as the endpoint names it
 * @param promptTokens tokens of the question, as the endpoint counts them; estimated where it does
 *     not ({@link TokenEstimate})
 * @param completionTokens tokens of the answer, likewise
 */
public record ChatAnswer(String text, String model, int promptTokens, int completionTokens) {

  /** All tokens that it cost. */
  public int tokens() {
    return promptTokens + completionTokens;
  }
}
