package io.millrace.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * A language model that runs elsewhere, asked one question at a time: how many share a batch
 * changes rounding, and with it now and then an answer.
 */
final class RealLanguageModel {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI completions;
  private final String name;

  /**
   * Describes it; nothing is asked yet.
   *
   * @param base of OpenAI's interface, such as {@code http://127.0.0.1:8000/v1}
   * @param name that the model is asked by
   */
  RealLanguageModel(String base, String name) {
    completions = URI.create(base + "/chat/completions");
    this.name = name;
  }

  /** The answer to a question that was meant for another model, as it came. */
  synchronized ObjectNode answer(JsonNode question) {
    ObjectNode asked = question.deepCopy();
    asked.put("model", name);
    try {
      HttpRequest request =
          HttpRequest.newBuilder(completions)
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(asked)))
              .build();
      HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new IOException(completions + " answered " + response.statusCode());
      }
      return JSON.readValue(response.body(), ObjectNode.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the test is over", e);
    }
  }
}
