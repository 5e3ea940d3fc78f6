package io.millrace.flink.connectors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One JSON request to the registry at a time, repeated while the registry is unreachable.
 *
 * <p>Repeated are a failed connection, a timeout, an overloaded server (429) and a server's own
 * failure (5xx). Every other status is an answer and the caller's to judge.
 */
final class RegistryHttp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryHttp.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int DETAIL_CHARS = 600;

  /**
   * An answer that is not a server failure.
   *
   * @param status HTTP status
   * @param body parsed JSON; a text node if it is not JSON
   */
  record Answer(int status, JsonNode body) {
    boolean ok() {
      return status >= 200 && status < 300;
    }

    boolean notFound() {
      return status == 404;
    }

    /** The registry's own words, cut to a readable length. */
    String message() {
      String text = body.hasNonNull("message") ? body.get("message").asText() : body.toString();
      return text.length() <= DETAIL_CHARS ? text : text.substring(0, DETAIL_CHARS) + "…";
    }
  }

  private final RegistrySettings settings;
  private final RetryPause.Sleeper sleeper;
  private final LongSupplier nanoClock;
  private final HttpClient client;

  RegistryHttp(RegistrySettings settings, RetryPause.Sleeper sleeper, LongSupplier nanoClock) {
    this.settings = settings;
    this.sleeper = sleeper;
    this.nanoClock = nanoClock;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.requestTimeout())
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
  }

  Answer get(String path) {
    return send("GET", path, null);
  }

  Answer post(String path, Object body) {
    return send("POST", path, body);
  }

  Answer put(String path, Object body) {
    return send("PUT", path, body);
  }

  private Answer send(String method, String path, @Nullable Object body) {
    HttpRequest request = request(method, path, body);
    RetryPause pause = new RetryPause(sleeper);
    long start = nanoClock.getAsLong();
    while (true) {
      IOException failure;
      try {
        HttpResponse<String> response =
            client.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        if (response.statusCode() != 429 && response.statusCode() < 500) {
          return new Answer(response.statusCode(), parse(response.body()));
        }
        failure =
            new IOException("answered " + response.statusCode() + " " + parse(response.body()));
      } catch (IOException e) {
        failure = e;
      } catch (InterruptedException e) {
        throw interrupted(method, path, e);
      }
      Duration waited = Duration.ofNanos(nanoClock.getAsLong() - start);
      if (settings.patience() != null
          && waited.plus(pause.next()).compareTo(settings.patience()) > 0) {
        throw new RegistryException.Unreachable(
            "schema registry "
                + settings.url()
                + " unreachable for "
                + waited.toMillis()
                + " ms ("
                + method
                + " "
                + path
                + ": "
                + failure
                + "); check that it runs and that the address is right",
            failure);
      }
      LOG.warn(
          "schema registry {} unreachable ({} {}: {}); next attempt in {} ms",
          settings.url(),
          method,
          path,
          failure.toString(),
          pause.next().toMillis());
      try {
        pause.take();
      } catch (InterruptedException e) {
        throw interrupted(method, path, e);
      }
    }
  }

  private HttpRequest request(String method, String path, @Nullable Object body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(settings.url() + path))
            .timeout(settings.requestTimeout())
            .header("Accept", MEDIA_TYPE + ", application/json")
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json(body)));
    if (body != null) {
      request.header("Content-Type", MEDIA_TYPE);
    }
    if (settings.userInfo() != null) {
      byte[] credential = settings.userInfo().getBytes(StandardCharsets.UTF_8);
      request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credential));
    }
    return request.build();
  }

  private RegistryException interrupted(String method, String path, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new RegistryException.Unreachable(
        "interrupted while asking schema registry " + settings.url() + ": " + method + " " + path,
        cause);
  }

  private static String json(Object body) {
    try {
      return JSON.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a JSON value: " + body, e);
    }
  }

  private static JsonNode parse(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return JSON.getNodeFactory().textNode(body);
    }
  }

  /** Frees the client's threads at once where the platform can (Java 21), else when idle. */
  @Override
  public void close() {
    if (client instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        LOG.debug("closing the HTTP client of {}", settings.url(), e);
      }
    }
  }
}
