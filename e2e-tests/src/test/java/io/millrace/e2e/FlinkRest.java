package io.millrace.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.awaitility.Awaitility;

/** Asks a running Flink for checkpoints, so that a test knows what is in the newest one. */
final class FlinkRest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI base;

  FlinkRest(URI base) {
    this.base = base;
  }

  /** Has the only job take a checkpoint now, and returns when it is completed. */
  void checkpoint() {
    String job = "/jobs/" + get("/jobs").path("jobs").path(0).path("id").asText();
    HttpRequest trigger =
        HttpRequest.newBuilder(base.resolve(job + "/checkpoints"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"checkpointType\":\"CONFIGURED\"}"))
            .build();
    String status = job + "/checkpoints/" + send(trigger).path("request-id").asText();
    Awaitility.await("a checkpoint")
        .atMost(TopicReader.LIMIT)
        .until(() -> get(status).path("status").path("id").asText().equals("COMPLETED"));
    JsonNode outcome = get(status).path("operation");
    if (!outcome.path("checkpointId").isIntegralNumber()) {
      throw new AssertionError("no checkpoint: " + outcome);
    }
  }

  private JsonNode get(String path) {
    return send(HttpRequest.newBuilder(base.resolve(path)).build());
  }

  private JsonNode send(HttpRequest request) {
    try {
      return JSON.readTree(http.send(request, BodyHandlers.ofByteArray()).body());
    } catch (IOException e) {
      throw new UncheckedIOException(request.uri().toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
