package io.millrace.server.llm.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.http.HttpExchange;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.llm.LanguageModel;
import io.millrace.server.llm.SoftPrompts;
import io.millrace.server.llm.decoder.SoftPrompt;
import io.millrace.server.llm.generation.ScoreListener;
import io.millrace.server.llm.generation.TokenUsage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/score}, which is our own: how likely given texts are after one prompt. The prompt is
 * computed once, and the texts together. With {@code history}, titles that a person chose, a model
 * with soft prompts has these stand before the prompt, compressed to a few tokens.
 */
final class ScoreResource {
  static final Set<String> FIELDS =
      Set.of("model", "prompt", "messages", "continuations", "history");

  private static final int OK = 200;
  private static final int MOST_CONTINUATIONS = 1_024;
  private static final int MOST_HISTORY = 1_024;
  private static final int MOST_TITLE_CHARACTERS = 1_024;
  private static final String CONTINUATIONS = "continuations";
  private static final String HISTORY = "history";

  private final LanguageModel model;
  private final PromptReader prompts;

  ScoreResource(LanguageModel model) {
    this.model = model;
    this.prompts = new PromptReader(model);
  }

  void serve(HttpExchange exchange, RequestBody body) {
    if (body.has("prompt") == body.has("messages")) {
      throw OpenAiProblem.invalid("prompt", "either prompt or messages has to be there");
    }
    int[] prompt = body.has("prompt") ? prompts.text(body) : prompts.conversation(body);
    SoftPrompts softPrompts = softPrompts(body);
    List<String> history = titles(body);
    int before = softPrompts == null ? prompt.length : prompt.length + softPrompts.tokens();
    int room = model.length() - before;
    List<int[]> continuations = new ArrayList<>();
    for (String text : body.texts(CONTINUATIONS, MOST_CONTINUATIONS)) {
      int[] tokens = text.length() > room * 32L ? new int[0] : model.tokenizer().encode(text);
      if (tokens.length == 0 || tokens.length > room) {
        throw OpenAiProblem.tooLong(
            CONTINUATIONS,
            String.format(
                "after the prompt's %d tokens there is room for %d, and continuation %d has more;"
                    + " send less",
                before, room, continuations.size()));
      }
      continuations.add(tokens);
    }
    if (continuations.isEmpty()) {
      throw OpenAiProblem.invalid(CONTINUATIONS, "has to be a list of strings");
    }
    SoftPrompt soft = softPrompts == null ? null : softPrompts.of(history);
    model.generator().score(prompt, soft, continuations, new Answer(exchange));
  }

  /** Null where no history is to be compressed. */
  private @Nullable SoftPrompts softPrompts(RequestBody body) {
    if (!body.has(HISTORY)) {
      return null;
    }
    return model
        .softPrompts()
        .orElseThrow(
            () ->
                OpenAiProblem.invalid(
                    HISTORY,
                    "is not supported by "
                        + model.name()
                        + ", which has no soft_prompt.onnx; put titles into the prompt"));
  }

  private static List<String> titles(RequestBody body) {
    List<String> titles = body.texts(HISTORY, MOST_HISTORY);
    if (titles.stream().anyMatch(title -> title.length() > MOST_TITLE_CHARACTERS)) {
      throw OpenAiProblem.tooLong(
          HISTORY, "has a title of more than " + MOST_TITLE_CHARACTERS + " characters");
    }
    return titles;
  }

  private final class Answer implements ScoreListener {
    private final HttpExchange exchange;

    Answer(HttpExchange exchange) {
      this.exchange = exchange;
    }

    @Override
    public boolean isCancelled() {
      return exchange.isCancelled();
    }

    @Override
    public void onScores(List<double[]> logProbabilities, TokenUsage usage) {
      ObjectNode json = AnswerForm.JSON.objectNode().put("object", "list");
      json.put("model", model.name());
      ArrayNode data = json.putArray("data");
      for (int i = 0; i < logProbabilities.size(); i++) {
        ObjectNode score = data.addObject().put("object", "score").put("index", i);
        score.put("log_probability", Arrays.stream(logProbabilities.get(i)).sum());
        ArrayNode tokens = score.putArray("token_log_probabilities");
        Arrays.stream(logProbabilities.get(i)).forEach(tokens::add);
      }
      json.set("usage", AnswerForm.usage(usage));
      exchange.answer(
          OK, HttpExchange.JSON, Map.of(), json.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void onFailure(InferenceException failure) {
      OpenAiProblem.of(failure).answer(exchange);
    }
  }
}
