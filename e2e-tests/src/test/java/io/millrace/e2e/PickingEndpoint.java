package io.millrace.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint with OpenAI's interface whose answers depend on the question alone: of what the
 * schema allows it picks by the question's hash, and where that allows any text it gives words of
 * the same hash. Vectors, too, are hashes of their texts, and so is how likely a text is. It can be
 * told to misbehave.
 */
final class PickingEndpoint implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DIMENSIONS = 384;

  /** What a language model can do wrong. */
  enum Fault {
    /** It hangs up. */
    GONE,
    /** It answers when it works again. */
    SLOW,
    /** It answers with something else. */
    SENSELESS,
    /** It refuses the question, and everything else. */
    REFUSING,
    /** It is asked too often, it says. */
    OVERRUN
  }

  private record Reply(int status, byte[] body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final List<String> questions = new CopyOnWriteArrayList<>();
  private final AtomicInteger wronged = new AtomicInteger();
  private volatile @Nullable Fault fault;
  private volatile @Nullable RealLanguageModel real;
  private volatile CountDownLatch working = new CountDownLatch(0);

  PickingEndpoint() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", exchange -> answer(exchange, this::chat));
    server.createContext("/v1/score", exchange -> answer(exchange, this::score));
    server.createContext("/v1/embeddings", exchange -> respond(exchange, this::embed));
    server.start();
  }

  private interface Answer {
    ObjectNode to(JsonNode request);
  }

  private static void respond(HttpExchange exchange, Answer answer) throws IOException {
    try (exchange) {
      JsonNode request = JSON.readTree(exchange.getRequestBody());
      send(exchange, new Reply(200, JSON.writeValueAsBytes(answer.to(request))));
    }
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(reply.status, reply.body.length);
    exchange.getResponseBody().write(reply.body);
  }

  /** From now on every question meets the same fault. */
  void misbehave(Fault next) {
    wronged.set(0);
    working = new CountDownLatch(1);
    fault = next;
  }

  /** From now on, and from then on for who still waits, questions are answered. */
  void behave() {
    fault = null;
    working.countDown();
  }

  /** From now on a real language model answers chat; questions are counted as before. */
  void pass(RealLanguageModel model) {
    real = model;
  }

  /** Questions that met the fault. */
  int wronged() {
    return wronged.get();
  }

  private void answer(HttpExchange exchange, Answer answer) throws IOException {
    Fault met = fault;
    if (met == null) {
      respond(exchange, answer);
      return;
    }
    wronged.incrementAndGet();
    switch (met) {
      case GONE -> exchange.close();
      case SLOW -> {
        awaitWorking();
        respond(exchange, answer);
      }
      case SENSELESS -> fail(exchange, 200, "<html>Welcome!</html>");
      case REFUSING -> fail(exchange, 403, "{\"error\": {\"message\": \"not to you\"}}");
      case OVERRUN -> {
        exchange.getResponseHeaders().add("Retry-After", "1");
        fail(exchange, 429, "{\"error\": {\"message\": \"later\"}}");
      }
    }
  }

  private static void fail(HttpExchange exchange, int status, String body) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      send(exchange, new Reply(status, body.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private void awaitWorking() throws IOException {
    try {
      working.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the test is over", e);
    }
  }

  /** Its base address. */
  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  /** Every question that was asked, in order. */
  List<String> questions() {
    return questions;
  }

  private ObjectNode chat(JsonNode request) {
    String question = request.path("messages").toString();
    questions.add(question);
    RealLanguageModel model = real;
    if (model != null) {
      return model.answer(request);
    }
    JsonNode properties = request.at("/response_format/json_schema/schema/properties");
    ObjectNode content =
        properties.has("text")
            ? JSON.createObjectNode().put("text", "Words " + question.hashCode())
            : claim(properties.at("/claims/items/anyOf"), question);
    ObjectNode answer = JSON.createObjectNode();
    answer.put("model", "picker");
    ObjectNode choice = answer.putArray("choices").addObject();
    choice.put("index", 0).put("finish_reason", "stop");
    choice.putObject("message").put("role", "assistant").put("content", content.toString());
    answer.putObject("usage").put("prompt_tokens", question.length()).put("completion_tokens", 9);
    return answer;
  }

  private ObjectNode score(JsonNode request) {
    String question = request.path("messages").toString();
    questions.add(question);
    ObjectNode answer = JSON.createObjectNode();
    answer.put("object", "list").put("model", "picker");
    ArrayNode data = answer.putArray("data");
    JsonNode continuations = request.path("continuations");
    for (int i = 0; i < continuations.size(); i++) {
      String text = question + continuations.get(i).asText();
      ObjectNode score = data.addObject().put("object", "score").put("index", i);
      score
          .putArray("token_log_probabilities")
          .add(-1 - Math.floorMod(text.hashCode(), 1000) / 100.0);
    }
    answer.putObject("usage").put("prompt_tokens", question.length()).put("completion_tokens", 0);
    return answer;
  }

  private static ObjectNode claim(JsonNode possible, String question) {
    JsonNode claim = possible.path(Math.floorMod(question.hashCode(), possible.size()));
    ObjectNode content = JSON.createObjectNode();
    content
        .putArray("claims")
        .addObject()
        .put("text", claim.at("/properties/text/enum/0").asText())
        .set("events", claim.at("/properties/events/items/enum"));
    return content;
  }

  private ObjectNode embed(JsonNode request) {
    ObjectNode answer = JSON.createObjectNode();
    answer.put("object", "list").put("model", "picker");
    ArrayNode data = answer.putArray("data");
    JsonNode input = request.path("input");
    for (int i = 0; i < input.size(); i++) {
      byte[] text = input.get(i).asText().getBytes(StandardCharsets.UTF_8);
      ArrayNode vector =
          data.addObject().put("object", "embedding").put("index", i).putArray("embedding");
      for (int j = 0; j < DIMENSIONS; j++) {
        vector.add(text.length == 0 ? 0 : text[j % text.length] / 128f);
      }
    }
    return answer;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
