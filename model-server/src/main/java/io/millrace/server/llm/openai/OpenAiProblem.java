package io.millrace.server.llm.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.http.HttpExchange;
import io.millrace.server.inference.InferenceException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Why a request got no answer, in OpenAI's form. */
final class OpenAiProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int TOO_MANY = 429;

  private final int status;
  private final @Nullable String parameter;
  private final @Nullable String code;

  OpenAiProblem(int status, String message, @Nullable String parameter, @Nullable String code) {
    super(message, null, false, false);
    this.status = status;
    this.parameter = parameter;
    this.code = code;
  }

  /** A parameter that cannot be as it is. */
  static OpenAiProblem invalid(String parameter, String message) {
    return new OpenAiProblem(BAD_REQUEST, parameter + ": " + message, parameter, null);
  }

  static OpenAiProblem tooLong(String parameter, String message) {
    return new OpenAiProblem(BAD_REQUEST, message, parameter, "context_length_exceeded");
  }

  static OpenAiProblem noModel(String asked, String there) {
    return new OpenAiProblem(
        NOT_FOUND,
        "the model '" + asked + "' does not exist; there is '" + there + "'",
        "model",
        "model_not_found");
  }

  static OpenAiProblem of(InferenceException failure) {
    int status =
        switch (failure.code()) {
          case INVALID_ARGUMENT, FAILED_PRECONDITION -> BAD_REQUEST;
          case NOT_FOUND -> NOT_FOUND;
          case RESOURCE_EXHAUSTED -> TOO_MANY;
          case UNAVAILABLE -> 503;
          case DEADLINE_EXCEEDED -> 504;
          case CANCELLED -> 499;
          case UNAUTHENTICATED -> 401;
          case PERMISSION_DENIED -> 403;
          case INTERNAL -> 500;
        };
    String code = status == TOO_MANY ? "queue_full" : null;
    return new OpenAiProblem(status, String.valueOf(failure.getMessage()), null, code);
  }

  /** As JSON. */
  ObjectNode json() {
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    error.put("message", getMessage());
    error.put("type", type());
    error.put("param", parameter);
    error.put("code", code);
    return JsonNodeFactory.instance.objectNode().set("error", error);
  }

  private String type() {
    if (status == TOO_MANY) {
      return "rate_limit_error";
    }
    return status < 500 ? "invalid_request_error" : "server_error";
  }

  void answer(HttpExchange exchange) {
    // Seconds; official clients wait as long before they try again.
    Map<String, String> headers =
        status == TOO_MANY || status == 503 ? Map.of("Retry-After", "1") : Map.of();
    exchange.answer(
        status, HttpExchange.JSON, headers, json().toString().getBytes(StandardCharsets.UTF_8));
  }
}
