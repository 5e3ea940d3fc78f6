package io.millrace.standalone.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A small client of Flink's REST API. */
final class FlinkRest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String BOUNDARY = "millrace-job-jar";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final URI base;

  /** A client of the cluster at an address such as {@code http://host:8081}. */
  FlinkRest(HttpClient http, URI base) {
    this.http = http;
    this.base = base;
  }

  JsonNode get(String path) {
    return send(request(path).GET().build());
  }

  JsonNode post(String path, Object body) {
    try {
      BodyPublisher json = BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
      return send(request(path).header("Content-Type", "application/json").POST(json).build());
    } catch (IOException e) {
      throw new IllegalStateException("a request that is no JSON: " + body, e);
    }
  }

  void patch(String path) {
    send(request(path).method("PATCH", BodyPublishers.noBody()).build());
  }

  void delete(String path) {
    send(request(path).DELETE().build());
  }

  /** Uploads a jar and returns the id under which it can be run. */
  String upload(Path jar) {
    String head =
        "--"
            + BOUNDARY
            + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\""
            + jar.getFileName()
            + "\"\r\nContent-Type: application/x-java-archive\r\n\r\n";
    try {
      BodyPublisher form =
          BodyPublishers.concat(
              BodyPublishers.ofString(head),
              BodyPublishers.ofFile(jar),
              BodyPublishers.ofString("\r\n--" + BOUNDARY + "--\r\n"));
      String name =
          send(request("/jars/upload")
                  .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                  .POST(form)
                  .build())
              .path("filename")
              .asText();
      return name.substring(name.lastIndexOf('/') + 1);
    } catch (IOException e) {
      throw new PlatformException("cannot read " + jar + ": " + FileProblem.reason(e), e);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).timeout(TIMEOUT);
  }

  private JsonNode send(HttpRequest request) {
    try {
      HttpResponse<String> response =
          http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      if (response.statusCode() / 100 != 2) {
        throw new PlatformException(
            "Flink answered "
                + response.statusCode()
                + " to "
                + request.uri()
                + ": "
                + reason(response.body()));
      }
      return response.body().isBlank() ? JSON.missingNode() : JSON.readTree(response.body());
    } catch (IOException e) {
      throw new PlatformException(
          "Flink does not answer at " + request.uri() + ": " + e + "; check the address", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlatformException("interrupted while asking Flink at " + request.uri(), e);
    }
  }

  /** The innermost cause of the stack trace that Flink sends, or what it sent. */
  private static String reason(String body) {
    String text = body;
    try {
      JsonNode errors = JSON.readTree(body).path("errors");
      text = errors.path(errors.size() - 1).asText(body);
    } catch (IOException e) {
      // Not JSON: shown as it is.
    }
    int cause = text.lastIndexOf("Caused by: ");
    String line = cause < 0 ? text : text.substring(cause + "Caused by: ".length());
    return line.lines().findFirst().orElse("no reason given");
  }
}
