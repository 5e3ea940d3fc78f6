package io.millrace.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.protocol.Caller;
import io.millrace.server.protocol.FailureText;
import io.millrace.server.protocol.InferenceCalls;
import io.millrace.server.text.TextEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;

/** What is at {@code /v1/embeddings}: OpenAI's interface to models that encode texts. */
final class EmbeddingResource {
  private static final int SERVER_FAILED = 500;
  private static final int UNAVAILABLE = 503;

  private final InferenceCalls inference;
  private final JsonFactory factory;

  EmbeddingResource(InferenceCalls inference, JsonFactory factory) {
    this.inference = inference;
    this.factory = factory;
  }

  void serve(HttpExchange exchange) {
    if (!Resource.allows(exchange, "POST")) {
      return;
    }
    long arrival = inference.now();
    EmbeddingCall call;
    try {
      call = EmbeddingCall.read(factory, exchange.body());
    } catch (InferenceException e) {
      fail(exchange, factory, e);
      return;
    }
    inference.infer(
        call.message(TextEncoder.TEXT),
        new Caller(arrival, Long.MAX_VALUE, exchange::isCancelled, exchange.record()),
        new EmbeddingResponder(exchange, factory, call));
  }

  /** Answers with the failure's status, and its message as OpenAI's clients read it. */
  static void fail(HttpExchange exchange, JsonFactory factory, InferenceException failure) {
    int status = HttpAnswers.status(failure.code());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = factory.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeObjectFieldStart("error");
      json.writeStringField("message", FailureText.of(failure));
      json.writeStringField(
          "type", status >= SERVER_FAILED ? "server_error" : "invalid_request_error");
      json.writeNullField("param");
      json.writeStringField("code", failure.code().name().toLowerCase(Locale.ROOT));
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    exchange.answer(
        status,
        HttpExchange.JSON,
        status == UNAVAILABLE ? Map.of("Retry-After", "1") : Map.of(),
        bytes.toByteArray());
  }
}
