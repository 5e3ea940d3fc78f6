package io.millrace.flink.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.flink.llm.LanguageModelFailure.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Tells from an answer's status and bytes whether it is one, and what is wrong with it if not. */
final class ReplyReader {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DETAIL_CHARS = 300;

  private final String where;
  private final UnaryOperator<String> hideKey;
  private final InstantSource clock;

  /**
   * @param where the endpoint and model, for messages
   * @param hideKey takes the key out of a text
   */
  ReplyReader(String where, UnaryOperator<String> hideKey, InstantSource clock) {
    this.where = where;
    this.hideKey = hideKey;
    this.clock = clock;
  }

  /**
   * The JSON of a good answer.
   *
   * @throws AttemptFailure for every other
   */
  JsonNode read(HttpReply reply) {
    int status = reply.status();
    if (status >= 200 && status < 300) {
      return json(reply);
    }
    Duration retryAfter = RetryAfter.parse(reply.retryAfter(), clock.instant());
    if (status == 429) {
      throw AttemptFailure.passing(failure(Reason.RATE_LIMITED, reply, retryAfter));
    }
    if (status == 408 || status == 504) {
      throw AttemptFailure.passing(failure(Reason.TIMEOUT, reply, retryAfter));
    }
    if (status >= 500) {
      throw AttemptFailure.passing(failure(Reason.UNAVAILABLE, reply, retryAfter));
    }
    throw AttemptFailure.lasting(failure(Reason.REJECTED, reply, null));
  }

  private JsonNode json(HttpReply reply) {
    JsonNode body = parse(reply.body());
    if (body == null || !body.isObject()) {
      throw AttemptFailure.lasting(failure(Reason.BAD_ANSWER, reply, null));
    }
    return body;
  }

  private LanguageModelFailure failure(
      Reason reason, HttpReply reply, @Nullable Duration retryAfter) {
    return new LanguageModelFailure(
        reason, where + " answered " + reply.status() + ": " + words(reply.body()), 0, retryAfter);
  }

  /** The endpoint's own words, without the key and cut to a readable length. */
  private String words(byte[] body) {
    JsonNode json = parse(body);
    String words = null;
    if (json != null) {
      for (String place : new String[] {"/error/message", "/error", "/message", "/detail"}) {
        JsonNode found = json.at(place);
        if (words == null && found.isTextual()) {
          words = found.asText();
        }
      }
    }
    String text = hideKey.apply(words == null ? new String(body, StandardCharsets.UTF_8) : words);
    String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.length() <= DETAIL_CHARS ? line : line.substring(0, DETAIL_CHARS) + "…";
  }

  private static @Nullable JsonNode parse(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      return null;
    }
  }
}
