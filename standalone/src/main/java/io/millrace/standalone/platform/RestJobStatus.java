package io.millrace.standalone.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A job's status, asked from Flink's REST API on each call. */
final class RestJobStatus implements JobStatus {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int METRICS_PER_REQUEST = 50;

  /** Names of the job's own counters, among the many that Flink keeps for each operator. */
  private static final Pattern COUNTER =
      Pattern.compile(
          "(?:.*\\.)?(lists_\\w+|events[A-Z]\\w*|inputs[A-Z]\\w*|erasures|deadLettered)");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final URI job;
  private final String jobId;

  /**
   * A view of one job.
   *
   * @param rest base of Flink's REST API
   * @param jobId Flink's id, in hex
   */
  RestJobStatus(HttpClient http, URI rest, String jobId) {
    this.http = http;
    this.job = rest.resolve("/jobs/" + jobId);
    this.jobId = jobId;
  }

  @Override
  public String jobId() {
    return jobId;
  }

  @Override
  public String state() {
    return get("").path("state").asText();
  }

  @Override
  public long checkpointsCompleted() {
    return get("/checkpoints").path("counts").path("completed").asLong();
  }

  @Override
  public long checkpointsFailed() {
    return get("/checkpoints").path("counts").path("failed").asLong();
  }

  @Override
  public long restarts() {
    return get("/metrics?get=numRestarts").path(0).path("value").asLong();
  }

  @Override
  public Map<String, Long> counters() {
    Map<String, Long> sums = new TreeMap<>();
    for (JsonNode vertex : get("").path("vertices")) {
      String metrics = "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics";
      List<String> names = new ArrayList<>();
      for (JsonNode metric : get(metrics)) {
        String name = metric.path("id").asText();
        if (COUNTER.matcher(name).matches()) {
          names.add(name);
        }
      }
      for (int from = 0; from < names.size(); from += METRICS_PER_REQUEST) {
        List<String> some = names.subList(from, Math.min(names.size(), from + METRICS_PER_REQUEST));
        addSums(metrics, some, sums);
      }
    }
    return sums;
  }

  private void addSums(String metrics, List<String> names, Map<String, Long> sums) {
    String wanted = URLEncoder.encode(String.join(",", names), StandardCharsets.UTF_8);
    for (JsonNode metric : get(metrics + "?agg=sum&get=" + wanted)) {
      Matcher name = COUNTER.matcher(metric.path("id").asText());
      if (name.matches()) {
        sums.merge(name.group(1), metric.path("sum").asLong(), Long::sum);
      }
    }
  }

  private JsonNode get(String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(job + path)).timeout(TIMEOUT).GET().build();
    try {
      HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new PlatformException(
            "Flink answered " + response.statusCode() + " to " + request.uri());
      }
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new PlatformException("Flink does not answer at " + request.uri() + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlatformException("interrupted while asking Flink", e);
    }
  }
}
