package io.millrace.server.llm.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.http.HttpExchange;
import io.millrace.server.http.HttpParts;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.llm.generation.FinishReason;
import io.millrace.server.llm.generation.GenerationListener;
import io.millrace.server.llm.generation.TokenUsage;
import io.millrace.server.llm.sampling.LogProbabilities.Scored;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers token by token, as server-sent events. It begins with the first token, so that a refusal
 * before has its own status.
 */
final class StreamedAnswer implements GenerationListener {
  private static final int OK = 200;
  private static final String EVENTS = "text/event-stream; charset=utf-8";
  private static final String DONE = "[DONE]";

  private final HttpExchange exchange;
  private final AnswerForm form;
  private final boolean tellUsage;
  private @Nullable HttpParts parts;

  StreamedAnswer(HttpExchange exchange, AnswerForm form, boolean tellUsage) {
    this.exchange = exchange;
    this.form = form;
    this.tellUsage = tellUsage;
  }

  @Override
  public boolean isCancelled() {
    return exchange.isCancelled();
  }

  @Override
  public void onToken(String shown, @Nullable List<Scored> token) {
    HttpParts begun = begun();
    if (!shown.isEmpty() || token != null) {
      send(begun, form.part(shown, token == null ? null : List.of(token), null));
    }
  }

  private HttpParts begun() {
    HttpParts begun = parts;
    if (begun == null) {
      begun = exchange.begin(OK, EVENTS);
      parts = begun;
      send(begun, form.part(null, null, null));
    }
    return begun;
  }

  private static void send(HttpParts parts, ObjectNode json) {
    send(parts, json.toString());
  }

  private static void send(HttpParts parts, String data) {
    parts.send(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void onEnd(String shown, FinishReason reason, TokenUsage usage) {
    HttpParts begun = begun();
    send(begun, form.part(shown, null, reason));
    if (tellUsage) {
      send(begun, form.usagePart(usage));
    }
    send(begun, DONE);
    begun.end();
  }

  @Override
  public void onFailure(InferenceException failure) {
    OpenAiProblem problem = OpenAiProblem.of(failure);
    HttpParts begun = parts;
    if (begun == null) {
      problem.answer(exchange);
    } else {
      send(begun, problem.json());
      begun.end();
    }
  }
}
