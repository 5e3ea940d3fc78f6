package io.millrace.flink.llm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One question to a language model. Asked greedily: the same question has the same answer, as far
 * as the endpoint can do that.
 *
 * @param messages what is asked, at least one
 * @param jsonSchema the JSON Schema that the answer has to satisfy; null when text is wanted
 * @param maxTokens tokens of an answer at most, at least 1
 * @param seed for endpoints that take one
 */
public record ChatRequest(
    List<ChatMessage> messages, @Nullable String jsonSchema, int maxTokens, long seed) {

  /** Copies the list. */
  public ChatRequest {
    messages = List.copyOf(messages);
  }
}
