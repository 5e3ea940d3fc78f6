package io.millrace.server.llm.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.llm.sampling.LogProbabilities.Scored;
import io.millrace.server.llm.text.TokenBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers of {@code /v1/chat/completions}. */
final class ChatForm extends AnswerForm {
  private final TokenBytes vocabulary;

  ChatForm(String id, long created, String model, TokenBytes vocabulary) {
    super("chatcmpl-" + id, created, model);
    this.vocabulary = vocabulary;
  }

  @Override
  String object(boolean part) {
    return part ? "chat.completion.chunk" : "chat.completion";
  }

  @Override
  ObjectNode choice(@Nullable String text, boolean part) {
    ObjectNode message = JSON.objectNode();
    if (text == null || !part) {
      message.put("role", "assistant");
    }
    message.put("content", text == null ? "" : text);
    if (!part) {
      message.putNull("refusal");
    }
    return JSON.objectNode().set(part ? "delta" : "message", message);
  }

  @Override
  ObjectNode logProbabilities(List<List<Scored>> scored) {
    ObjectNode json = JSON.objectNode();
    ArrayNode content = json.putArray("content");
    for (List<Scored> token : scored) {
      ObjectNode entry = entry(token.get(0));
      ArrayNode top = entry.putArray("top_logprobs");
      token.subList(1, token.size()).forEach(likely -> top.add(entry(likely)));
      content.add(entry);
    }
    json.putNull("refusal");
    return json;
  }

  private ObjectNode entry(Scored scored) {
    byte[] bytes = vocabulary.of(scored.token());
    ObjectNode entry = JSON.objectNode();
    entry.put("token", new String(bytes, StandardCharsets.UTF_8));
    entry.put("logprob", scored.logProbability());
    ArrayNode values = entry.putArray("bytes");
    for (byte value : bytes) {
      values.add(value & 0xFF);
    }
    return entry;
  }
}
