package io.millrace.standalone.profiles;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.flink.llm.ChatAnswer;
import io.millrace.flink.llm.ChatRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Answers of a language model in a file, a line each, so that a second run does not ask again. */
final class AnswerStore {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final String model;
  private final Map<String, ChatAnswer> answers = new ConcurrentHashMap<>();

  /**
   * Reads what there is.
   *
   * @param file made when the first answer comes
   * @param model whose answers they are; those of others are passed over
   */
  AnswerStore(Path file, String model) {
    this.file = file;
    this.model = model;
    if (Files.exists(file)) {
      try {
        for (String line : Files.readAllLines(file)) {
          JsonNode answer = JSON.readTree(line);
          answers.put(
              answer.path("question").asText(),
              new ChatAnswer(
                  answer.path("text").asText(),
                  answer.path("model").asText(),
                  answer.path("prompt_tokens").asInt(),
                  answer.path("completion_tokens").asInt()));
        }
      } catch (IOException e) {
        throw new UncheckedIOException("--answers " + file + " cannot be read", e);
      }
    }
  }

  /** The answer to a question; null if it was not asked yet. Any thread. */
  @Nullable ChatAnswer find(ChatRequest question) {
    return answers.get(digest(question));
  }

  /** Keeps an answer. Any thread. */
  synchronized void add(ChatRequest question, ChatAnswer answer) {
    String digest = digest(question);
    answers.put(digest, answer);
    String line =
        JSON.createObjectNode()
            .put("question", digest)
            .put("text", answer.text())
            .put("model", answer.model())
            .put("prompt_tokens", answer.promptTokens())
            .put("completion_tokens", answer.completionTokens())
            .toString();
    try {
      Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("--answers " + file + " cannot be written", e);
    }
  }

  private String digest(ChatRequest question) {
    try {
      byte[] all = (model + "\n" + question).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(all));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
