package io.millrace.flink.llm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One question to a language model. Asked greedily: the same question has the same answer, as far
 * as the endpoint can do that.
 *
 * @param messages what is asked, at least one
 * @param jsonSchema the JSON Schema that the answer has to satisfy; null when text is wanted
 * @param maxTokens tokens of an answer at most, at least 1; 0 where likelihoods are wanted
 * @param seed for endpoints that take one
 * @param continuations texts of which it is asked how likely each is after the messages: the answer
 *     is {@link Likelihoods}; empty where words are wanted
 */
public record ChatRequest(
    List<ChatMessage> messages,
    @Nullable String jsonSchema,
    int maxTokens,
    long seed,
    List<String> continuations) {

  /** Copies the lists. */
  public ChatRequest {
    messages = List.copyOf(messages);
    continuations = List.copyOf(continuations);
  }

  /** A question that wants words. */
  public ChatRequest(
      List<ChatMessage> messages, @Nullable String jsonSchema, int maxTokens, long seed) {
    this(messages, jsonSchema, maxTokens, seed, List.of());
  }

  /** How likely each of some texts is, at least one, after the messages. */
  public static ChatRequest likelihoods(List<ChatMessage> messages, List<String> continuations) {
    return new ChatRequest(messages, null, 0, 0, continuations);
  }
}
