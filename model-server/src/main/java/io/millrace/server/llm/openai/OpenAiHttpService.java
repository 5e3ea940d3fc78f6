package io.millrace.server.llm.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.http.HttpExchange;
import io.millrace.server.http.HttpService;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.llm.LanguageModel;
import io.millrace.server.llm.generation.GenerationListener;
import io.millrace.server.llm.generation.GenerationRequest;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** The resources below {@code /v1}; every other path is left to another service. */
public final class OpenAiHttpService implements HttpService {
  private static final int OK = 200;
  private static final String PREFIX = "/v1/";
  private static final String MODELS = "/v1/models";

  private final LanguageModel model;
  private final HttpService others;
  private final InstantSource time;
  private final RandomGenerator random;
  private final GenerationReader generations;
  private final ScoreResource scores;

  /**
   * Over a model.
   *
   * @param others for every other path
   * @param time of the answers
   * @param random for ids, and for seeds of requests that name none; used by several threads
   */
  public OpenAiHttpService(
      LanguageModel model, HttpService others, InstantSource time, RandomGenerator random) {
    this.model = model;
    this.others = others;
    this.time = time;
    this.random = random;
    this.generations = new GenerationReader(model, random::nextLong);
    this.scores = new ScoreResource(model);
  }

  @Override
  public void serve(HttpExchange exchange) {
    if (!exchange.path().startsWith(PREFIX)) {
      others.serve(exchange);
      return;
    }
    try {
      switch (exchange.path()) {
        case MODELS -> list(exchange);
        case "/v1/chat/completions" -> {
          RequestBody body = body(exchange, GenerationReader.CHAT);
          AnswerForm form = new ChatForm(id(), now(), model.name(), model.tokenizer().bytes());
          generate(exchange, body, generations.chat(body), form);
        }
        case "/v1/completions" -> {
          RequestBody body = body(exchange, GenerationReader.COMPLETION);
          AnswerForm form = new TextForm(id(), now(), model.name(), model.tokenizer().bytes());
          generate(exchange, body, generations.completion(body), form);
        }
        case "/v1/score" -> scores.serve(exchange, body(exchange, ScoreResource.FIELDS));
        default -> one(exchange);
      }
    } catch (OpenAiProblem e) {
      e.answer(exchange);
    } catch (InferenceException e) {
      OpenAiProblem.of(e).answer(exchange);
    }
  }

  private RequestBody body(HttpExchange exchange, Set<String> known) {
    require(exchange, "POST");
    RequestBody body = RequestBody.read(exchange.body(), known);
    requireModel(body.text("model"));
    return body;
  }

  private void requireModel(String asked) {
    if (!asked.equals(model.name())) {
      throw OpenAiProblem.noModel(asked, model.name());
    }
  }

  private static void require(HttpExchange exchange, String method) {
    if (!exchange.method().equals(method)) {
      throw new OpenAiProblem(405, "use " + method + " here", null, null);
    }
  }

  private void generate(
      HttpExchange exchange, RequestBody body, GenerationRequest request, AnswerForm form) {
    boolean usage = body.get("stream_options").path("include_usage").asBoolean();
    GenerationListener answer =
        body.flag("stream")
            ? new StreamedAnswer(exchange, form, usage)
            : new WholeAnswer(exchange, form);
    model.generator().generate(request, answer);
  }

  private void list(HttpExchange exchange) {
    require(exchange, "GET");
    ObjectNode list = AnswerForm.JSON.objectNode().put("object", "list");
    list.putArray("data").add(description());
    answer(exchange, list);
  }

  private void one(HttpExchange exchange) {
    if (!exchange.path().startsWith(MODELS + "/")) {
      throw new OpenAiProblem(
          404,
          exchange.path()
              + " does not exist; there are /v1/models, /v1/chat/completions, /v1/completions and"
              + " /v1/score",
          null,
          null);
    }
    require(exchange, "GET");
    requireModel(exchange.path().substring(MODELS.length() + 1));
    answer(exchange, description());
  }

  private ObjectNode description() {
    ObjectNode description = AnswerForm.JSON.objectNode().put("id", model.name());
    description.put("object", "model").put("created", 0).put("owned_by", "millrace");
    return description.put("max_model_len", model.length());
  }

  private static void answer(HttpExchange exchange, ObjectNode json) {
    exchange.answer(
        OK, HttpExchange.JSON, Map.of(), json.toString().getBytes(StandardCharsets.UTF_8));
  }

  private String id() {
    return String.format("%016x%016x", random.nextLong(), random.nextLong());
  }

  private long now() {
    return time.instant().getEpochSecond();
  }
}
