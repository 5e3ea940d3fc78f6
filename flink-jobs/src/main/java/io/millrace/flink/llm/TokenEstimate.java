package io.millrace.flink.llm;

import java.nio.charset.StandardCharsets;

/**
 * How many tokens a text has, before or without being told: a third of its UTF-8 bytes. English has
 * about 4 bytes a token, so it is rather too many: a budget is not overdrawn by it.
 */
public final class TokenEstimate {
  private static final int BYTES_PER_TOKEN = 3;

  /** What a message costs beside its words. */
  private static final int PER_MESSAGE = 4;

  private TokenEstimate() {}

  /** Of a text. */
  public static int of(String text) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    return bytes / BYTES_PER_TOKEN + 1;
  }

  /** Of a question, its schema or continuations included. */
  public static int ofPrompt(ChatRequest request) {
    int tokens = request.jsonSchema() == null ? 0 : of(request.jsonSchema());
    for (ChatMessage message : request.messages()) {
      tokens += PER_MESSAGE + of(message.content());
    }
    for (String continuation : request.continuations()) {
      tokens += of(continuation);
    }
    return tokens;
  }

  /** Of a question and the longest answer that it allows. */
  public static int atMost(ChatRequest request) {
    return ofPrompt(request) + request.maxTokens();
  }
}
