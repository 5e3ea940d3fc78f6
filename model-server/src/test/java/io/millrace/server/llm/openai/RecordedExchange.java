package io.millrace.server.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.server.http.HttpExchange;
import io.millrace.server.http.HttpParts;
import io.millrace.server.http.HttpService;
import io.millrace.server.inference.InferenceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A request without a network; its JSON may have apostrophes for quotes. */
final class RecordedExchange implements HttpExchange {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long PATIENCE_SECONDS = 60;

  private final String method;
  private final String path;
  private final String body;
  private final CompletableFuture<Answer> answer = new CompletableFuture<>();
  private boolean leavesEarly;
  private volatile boolean cancelled;

  /** What came back. */
  record Answer(int status, String contentType, Map<String, String> headers, String content) {
    JsonNode json() {
      return RecordedExchange.json(content);
    }

    /** Of server-sent events, without the last one. */
    List<JsonNode> events() {
      List<JsonNode> events = new ArrayList<>();
      content
          .lines()
          .filter(line -> !line.isEmpty() && !line.equals("data: [DONE]"))
          .forEach(line -> events.add(RecordedExchange.json(line.substring("data: ".length()))));
      return events;
    }
  }

  RecordedExchange(String method, String path, String body) {
    this.method = method;
    this.path = path;
    this.body = body.replace('\'', '"');
  }

  static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }

  Answer from(HttpService service) throws Exception {
    service.serve(this);
    return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  Answer awaitAnswer() throws Exception {
    return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Goes away as soon as an answer in parts begins. */
  RecordedExchange leavingEarly() {
    leavesEarly = true;
    return this;
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
    return null;
  }

  @Override
  public byte[] body() {
    return body.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void answer(int status, String contentType, Map<String, String> headers, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    String text = content.toString(StandardCharsets.UTF_8);
    if (!answer.complete(new Answer(status, contentType, headers, text))) {
      throw new AssertionError("answered twice");
    }
  }

  @Override
  public HttpParts begin(int status, String contentType) {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    cancelled = leavesEarly;
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
    throw new AssertionError("not in OpenAI's form", failure);
  }
}
