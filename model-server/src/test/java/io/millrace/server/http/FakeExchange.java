package io.millrace.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.server.inference.InferenceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A request without a network. */
final class FakeExchange implements HttpExchange {
  private static final ObjectMapper JSON_MAPPER = new ObjectMapper();

  private final String method;
  private final String path;
  private final byte[] body;
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final CompletableFuture<Answer> answer = new CompletableFuture<>();

  /** What came back. */
  record Answer(int status, String contentType, Map<String, String> headers, byte[] content) {
    JsonNode json() {
      try {
        return JSON_MAPPER.readTree(content);
      } catch (IOException e) {
        throw new AssertionError(new String(content, StandardCharsets.UTF_8), e);
      }
    }

    String error() {
      return json().path("error").asText();
    }
  }

  private FakeExchange(String method, String path, byte[] body) {
    this.method = method;
    this.path = path;
    this.body = body;
  }

  static FakeExchange get(String path) {
    return new FakeExchange("GET", path, new byte[0]);
  }

  /** Quotes may be written as apostrophes. */
  static FakeExchange post(String path, String json) {
    return new FakeExchange("POST", path, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  static FakeExchange post(String path, String json, byte[] binary) {
    byte[] header = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    FakeExchange exchange = new FakeExchange("POST", path, join(header, binary));
    exchange.headers.put("Inference-Header-Content-Length", Integer.toString(header.length));
    return exchange;
  }

  static FakeExchange post(String path, byte[] body) {
    return new FakeExchange("POST", path, body);
  }

  FakeExchange with(String header, String value) {
    headers.put(header, value);
    return this;
  }

  /** Has the service answer. */
  Answer from(HttpService service) throws Exception {
    try {
      service.serve(this);
    } catch (InferenceException e) {
      fail(e);
    }
    return answer.get(30, TimeUnit.SECONDS);
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public @Nullable String header(String name) {
    return headers.get(name);
  }

  @Override
  public byte[] body() {
    return body;
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public void answer(int status, String contentType, Map<String, String> more, byte[]... parts) {
    if (!answer.complete(new Answer(status, contentType, Map.copyOf(more), join(parts)))) {
      throw new AssertionError("answered twice");
    }
  }

  @Override
  public HttpParts begin(int status, String contentType) {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    return new HttpParts() {
      @Override
      public void send(byte[] part) {
        sent.writeBytes(part);
      }

      @Override
      public void end() {
        answer(status, contentType, Map.of(), sent.toByteArray());
      }
    };
  }

  @Override
  public void fail(InferenceException failure) {
    var refusal = HttpAnswers.refusal(failure);
    byte[] content = new byte[refusal.content().readableBytes()];
    refusal.content().readBytes(content);
    Map<String, String> more = new HashMap<>();
    refusal.headers().forEach(header -> more.put(header.getKey(), header.getValue()));
    answer(refusal.status().code(), HttpExchange.JSON, more, content);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }
}
