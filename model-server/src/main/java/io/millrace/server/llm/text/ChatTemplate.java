package io.millrace.server.llm.text;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A conversation as the model was trained on it (ChatML): every message between two control tokens,
 * its role on a line of its own. What is said is never read as a control token.
 */
public final class ChatTemplate {
  private static final String SYSTEM = "system";
  private static final String ASSISTANT = "assistant";

  private final TextTokenizer tokenizer;
  private final int begin;
  private final int end;
  private final String system;

  /**
   * With a model's tokens.
   *
   * @param begin control token before a message
   * @param end control token after it
   * @param system message of a conversation that has none
   */
  public ChatTemplate(TextTokenizer tokenizer, int begin, int end, String system) {
    this.tokenizer = tokenizer;
    this.begin = begin;
    this.end = end;
    this.system = system;
  }

  /** The tokens after which the assistant's answer follows. */
  public int[] encode(List<ChatMessage> messages) {
    List<ChatMessage> all = new ArrayList<>(messages);
    if (messages.isEmpty() || !messages.get(0).role().equals(SYSTEM)) {
      all.add(0, new ChatMessage(SYSTEM, system));
    }
    IntStream.Builder tokens = IntStream.builder();
    for (ChatMessage message : all) {
      tokens.add(begin);
      add(tokens, message.role() + "\n" + message.content());
      tokens.add(end);
      add(tokens, "\n");
    }
    tokens.add(begin);
    add(tokens, ASSISTANT + "\n");
    return tokens.build().toArray();
  }

  private void add(IntStream.Builder tokens, String text) {
    for (int token : tokenizer.encode(text)) {
      tokens.add(token);
    }
  }
}
