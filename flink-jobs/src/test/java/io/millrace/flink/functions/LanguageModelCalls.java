package io.millrace.flink.functions;

import io.millrace.flink.llm.ChatMessage;
import io.millrace.flink.llm.ChatRequest;
import io.millrace.flink.llm.LanguageModelCall;
import java.util.List;

/** Questions for tests. */
final class LanguageModelCalls {
  /** Tokens that a question of {@link #call} is estimated at, its longest answer included. */
  static final int ESTIMATE = 100;

  private LanguageModelCalls() {}

  static LanguageModelCall call(String answerId, double gain) {
    return new LanguageModelCall(
        answerId,
        "user of " + answerId,
        1,
        "profile/1",
        gain,
        new ChatRequest(
            List.of(new ChatMessage(ChatMessage.Role.USER, "about")), null, ESTIMATE - 6, 1));
  }
}
