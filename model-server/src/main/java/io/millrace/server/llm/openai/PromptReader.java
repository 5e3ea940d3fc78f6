package io.millrace.server.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.server.llm.LanguageModel;
import io.millrace.server.llm.text.ChatMessage;
import java.util.ArrayList;
import java.util.List;

/** The prompt of a request: a conversation, or a text. */
final class PromptReader {
  /** Longer than any text whose tokens could fit, so that such a text is refused unread. */
  private static final int MOST_CHARACTERS_PER_TOKEN = 32;

  private static final String MESSAGES = "messages";
  private static final String PROMPT = "prompt";

  private final LanguageModel model;

  PromptReader(LanguageModel model) {
    this.model = model;
  }

  /** The tokens of {@code messages}, after which an answer follows. */
  int[] conversation(RequestBody body) {
    JsonNode messages = body.get(MESSAGES);
    if (!messages.isArray() || messages.isEmpty()) {
      throw OpenAiProblem.invalid(MESSAGES, "has to be a list of messages");
    }
    List<ChatMessage> read = new ArrayList<>();
    long characters = 0;
    for (int i = 0; i < messages.size(); i++) {
      ChatMessage message = message(messages.get(i), MESSAGES + "[" + i + "]");
      characters += message.content().length();
      read.add(message);
    }
    checkCharacters(characters, MESSAGES);
    return checked(model.template().encode(read), MESSAGES);
  }

  private static ChatMessage message(JsonNode message, String where) {
    String role =
        switch (message.path("role").asText()) {
          case "system", "developer" -> "system";
          case "user" -> "user";
          case "assistant" -> "assistant";
          default ->
              throw OpenAiProblem.invalid(
                  where + ".role", "has to be system, developer, user or assistant");
        };
    JsonNode content = message.path("content");
    if (content.isTextual()) {
      return new ChatMessage(role, content.textValue());
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      if (!part.path("type").asText().equals("text") || !part.path("text").isTextual()) {
        throw OpenAiProblem.invalid(where + ".content", "may only have parts of type text");
      }
      text.append(part.path("text").textValue());
    }
    if (!content.isArray()) {
      throw OpenAiProblem.invalid(where + ".content", "has to be a string or a list of parts");
    }
    return new ChatMessage(role, text.toString());
  }

  /** The tokens of {@code prompt}: a string, a list with one, or tokens. */
  int[] text(RequestBody body) {
    JsonNode prompt = body.get(PROMPT);
    if (prompt.isArray() && prompt.size() == 1 && !prompt.get(0).isInt()) {
      prompt = prompt.get(0);
    }
    if (prompt.isTextual()) {
      checkCharacters(prompt.textValue().length(), PROMPT);
      int[] tokens = model.tokenizer().encode(prompt.textValue());
      return checked(tokens.length == 0 ? new int[] {model.startToken()} : tokens, PROMPT);
    }
    if (!prompt.isArray() || prompt.isEmpty()) {
      throw OpenAiProblem.invalid(PROMPT, "has to be a string, or a list with one, or of tokens");
    }
    int[] tokens = new int[prompt.size()];
    for (int i = 0; i < tokens.length; i++) {
      JsonNode token = prompt.get(i);
      if (!token.isInt() || token.intValue() < 0 || token.intValue() >= vocabulary()) {
        throw OpenAiProblem.invalid(
            PROMPT, "has " + RequestBody.shortened(token) + ", which is no token");
      }
      tokens[i] = token.intValue();
    }
    return checked(tokens, PROMPT);
  }

  private int vocabulary() {
    return model.tokenizer().bytes().size();
  }

  private void checkCharacters(long characters, String where) {
    if (characters > (long) MOST_CHARACTERS_PER_TOKEN * model.length()) {
      throw tooLong(characters + " characters", where);
    }
  }

  private int[] checked(int[] tokens, String where) {
    if (tokens.length >= model.length()) {
      throw tooLong(tokens.length + " tokens", where);
    }
    return tokens;
  }

  private OpenAiProblem tooLong(String size, String where) {
    return OpenAiProblem.tooLong(
        where,
        String.format(
            "the prompt has %s; with its answer it may have %d tokens"
                + " (--language-model-context). Send less",
            size, model.length()));
  }
}
