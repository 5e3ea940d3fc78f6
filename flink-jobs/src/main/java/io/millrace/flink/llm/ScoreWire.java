package io.millrace.flink.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.flink.llm.LanguageModelFailure.Reason;

/**
 * Questions about likelihoods and their answers as the model server's {@code /score} has them,
 * which computes a prompt once for all of its continuations.
 */
final class ScoreWire {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String model;

  ScoreWire(String model) {
    this.model = model;
  }

  byte[] encode(ChatRequest request) {
    ObjectNode body = JSON.createObjectNode().put("model", model);
    ChatWire.add(request.messages(), body.putArray("messages"));
    request.continuations().forEach(body.putArray("continuations")::add);
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new LanguageModelFailure(Reason.REJECTED, e.getOriginalMessage());
    }
  }

  /**
   * One likelihood for each continuation: the mean over its tokens, so that long texts do not lose.
   *
   * @throws LanguageModelFailure if there is not one for each
   */
  ChatAnswer decode(ChatRequest request, JsonNode body) {
    int texts = request.continuations().size();
    int prompt = ChatWire.count(body.at("/usage/prompt_tokens"), TokenEstimate.ofPrompt(request));
    int completion = ChatWire.count(body.at("/usage/completion_tokens"), 0);
    double[] means = new double[texts];
    boolean[] known = new boolean[texts];
    JsonNode data = body.path("data");
    boolean readable = data.size() == texts;
    for (int i = 0; readable && i < texts; i++) {
      int index = data.get(i).path("index").asInt(-1);
      double mean = mean(data.get(i).path("token_log_probabilities"));
      readable = index >= 0 && index < texts && !known[index] && Double.isFinite(mean);
      if (readable) {
        known[index] = true;
        means[index] = mean;
      }
    }
    if (!readable) {
      throw new LanguageModelFailure(
          Reason.BAD_ANSWER,
          "no likelihood for each of " + texts + " texts in " + ChatWire.shown(body),
          prompt + completion,
          null);
    }
    return new ChatAnswer(
        Likelihoods.write(means), body.path("model").asText(model), prompt, completion);
  }

  /** Not finite where there is nothing to take a mean of, or something is no number. */
  private static double mean(JsonNode numbers) {
    double sum = 0;
    for (JsonNode number : numbers) {
      sum += number.isNumber() ? number.asDouble() : Double.NaN;
    }
    return sum / numbers.size();
  }
}
