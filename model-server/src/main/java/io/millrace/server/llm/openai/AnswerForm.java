package io.millrace.server.llm.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.llm.generation.FinishReason;
import io.millrace.server.llm.generation.TokenUsage;
import io.millrace.server.llm.sampling.LogProbabilities.Scored;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How an answer looks in JSON, which differs between the two endpoints. */
abstract class AnswerForm {
  static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final String id;
  private final long created;
  private final String model;

  AnswerForm(String id, long created, String model) {
    this.id = id;
    this.created = created;
    this.model = model;
  }

  /** The object's name, of a whole answer or of a part. */
  abstract String object(boolean part);

  /** A choice with the text, or with a part of it; null means the first part, without any. */
  abstract ObjectNode choice(@Nullable String text, boolean part);

  /** Log-probabilities of tokens: for each the token, then the likeliest ones. */
  abstract ObjectNode logProbabilities(List<List<Scored>> scored);

  ObjectNode whole(
      String text, @Nullable List<List<Scored>> scored, FinishReason reason, TokenUsage usage) {
    ObjectNode answer = answer(false);
    answer.putArray("choices").add(finished(choice(text, false), scored, reason));
    answer.set("usage", usage(usage));
    return answer;
  }

  ObjectNode part(
      @Nullable String text, @Nullable List<List<Scored>> scored, @Nullable FinishReason reason) {
    ObjectNode answer = answer(true);
    answer.putArray("choices").add(finished(choice(text, true), scored, reason));
    return answer;
  }

  ObjectNode usagePart(TokenUsage usage) {
    ObjectNode answer = answer(true);
    answer.putArray("choices");
    answer.set("usage", usage(usage));
    return answer;
  }

  private ObjectNode answer(boolean part) {
    ObjectNode answer = JSON.objectNode();
    answer.put("id", id).put("object", object(part)).put("created", created).put("model", model);
    return answer;
  }

  private ObjectNode finished(
      ObjectNode choice, @Nullable List<List<Scored>> scored, @Nullable FinishReason reason) {
    choice.put("index", 0);
    choice.set("logprobs", scored == null ? JSON.nullNode() : logProbabilities(scored));
    choice.put("finish_reason", reason == null ? null : reason.name().toLowerCase(Locale.ROOT));
    return choice;
  }

  static ObjectNode usage(TokenUsage usage) {
    ObjectNode json = JSON.objectNode();
    json.put("prompt_tokens", usage.prompt());
    json.put("completion_tokens", usage.generated());
    json.put("total_tokens", usage.prompt() + usage.generated());
    json.putObject("prompt_tokens_details").put("cached_tokens", usage.reused());
    return json;
  }
}
