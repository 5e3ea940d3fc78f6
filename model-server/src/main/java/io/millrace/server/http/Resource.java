package io.millrace.server.http;

import io.millrace.server.inference.InferenceException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What all resources have in common. */
final class Resource {
  private static final int OK = 200;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int UNAVAILABLE = 503;

  private Resource() {}

  /** The decoded parts of a path, without empty ones at its ends. */
  static List<String> segments(String path) {
    List<String> segments = new ArrayList<>();
    for (String segment : path.split("/")) {
      if (!segment.isEmpty()) {
        segments.add(decoded(segment));
      }
    }
    return segments;
  }

  private static String decoded(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw InferenceException.invalid(
          "'%s' is no part of a path: %s", segment, String.valueOf(e.getMessage()));
    }
  }

  static InferenceException notFound(HttpExchange exchange) {
    return new InferenceException(
        InferenceException.Code.NOT_FOUND,
        "'" + exchange.path() + "' does not exist; GET /v2 says what the server offers");
  }

  /** Whether the request has that method; if not, it is answered. */
  static boolean allows(HttpExchange exchange, String method) {
    if (exchange.method().equals(method)) {
      return true;
    }
    exchange.answer(
        METHOD_NOT_ALLOWED,
        HttpExchange.JSON,
        Map.of("Allow", method),
        ("{\"error\":\"use " + method + " here\"}").getBytes(StandardCharsets.UTF_8));
    return false;
  }

  static void answer(HttpExchange exchange, byte[] json) {
    exchange.answer(OK, HttpExchange.JSON, Map.of(), json);
  }

  /** Without content, as the protocol has it; who only looks at the status has enough. */
  static void answerHealth(HttpExchange exchange, boolean healthy) {
    exchange.answer(healthy ? OK : UNAVAILABLE, HttpExchange.JSON, Map.of());
  }
}
