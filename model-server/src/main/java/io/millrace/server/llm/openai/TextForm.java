package io.millrace.server.llm.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.llm.sampling.LogProbabilities.Scored;
import io.millrace.server.llm.text.TokenBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers of {@code /v1/completions}. */
final class TextForm extends AnswerForm {
  private final TokenBytes vocabulary;
  private int offset;

  TextForm(String id, long created, String model, TokenBytes vocabulary) {
    super("cmpl-" + id, created, model);
    this.vocabulary = vocabulary;
  }

  @Override
  String object(boolean part) {
    return "text_completion";
  }

  @Override
  ObjectNode choice(@Nullable String text, boolean part) {
    return JSON.objectNode().put("text", text == null ? "" : text);
  }

  @Override
  ObjectNode logProbabilities(List<List<Scored>> scored) {
    ObjectNode json = JSON.objectNode();
    ArrayNode tokens = json.putArray("tokens");
    ArrayNode likelihoods = json.putArray("token_logprobs");
    ArrayNode tops = json.putArray("top_logprobs");
    ArrayNode offsets = json.putArray("text_offset");
    for (List<Scored> token : scored) {
      tokens.add(text(token.get(0)));
      likelihoods.add(token.get(0).logProbability());
      ObjectNode top = tops.addObject();
      token
          .subList(1, token.size())
          .forEach(likely -> top.put(text(likely), likely.logProbability()));
      offsets.add(offset);
      offset += text(token.get(0)).length();
    }
    return json;
  }

  private String text(Scored scored) {
    return new String(vocabulary.of(scored.token()), StandardCharsets.UTF_8);
  }
}
