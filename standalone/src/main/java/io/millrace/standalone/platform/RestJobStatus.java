package io.millrace.standalone.platform;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A job's status, asked from Flink's REST API on each call. */
final class RestJobStatus implements JobStatus {
  private static final int METRICS_PER_REQUEST = 50;

  /** Names of the job's own counters, among the many that Flink keeps for each operator. */
  private static final Pattern COUNTER =
      Pattern.compile(
          "(?:.*\\.)?(lists(?:_\\w+|[A-Z]\\w*)|events[A-Z]\\w*|inputs[A-Z]\\w*|erasures"
              + "|deadLettered|answersUnreadable|tokens|calls[A-Z]\\w*|refreshes[A-Z]\\w*|profiles[A-Z]\\w*|claims\\w*|failures_\\w+)");

  private static final Pattern PERCENTILE = Pattern.compile("(?:.*\\.)?(\\w+)_(median|p95|p99)");

  private final FlinkRest rest;
  private final String jobId;
  private final long failedBeforeRunning;

  /**
   * A view of one job.
   *
   * @param rest the cluster's API
   * @param jobId Flink's id, in hex
   * @param failedBeforeRunning checkpoints to leave out of the failed ones: they came due while
   *     tasks were still starting, when there was nothing to take a checkpoint of
   */
  RestJobStatus(FlinkRest rest, String jobId, long failedBeforeRunning) {
    this.rest = rest;
    this.jobId = jobId;
    this.failedBeforeRunning = failedBeforeRunning;
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
    return get("/checkpoints").path("counts").path("failed").asLong() - failedBeforeRunning;
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

  @Override
  public Map<String, Double> percentiles(String histogram) {
    Map<String, Double> percentiles = new TreeMap<>();
    for (JsonNode vertex : get("").path("vertices")) {
      String metrics = "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics";
      for (JsonNode metric : get(metrics)) {
        String id = metric.path("id").asText();
        Matcher name = PERCENTILE.matcher(id);
        if (name.matches() && name.group(1).equals(histogram)) {
          String wanted = URLEncoder.encode(id, StandardCharsets.UTF_8);
          double most = get(metrics + "?agg=max&get=" + wanted).path(0).path("max").asDouble();
          percentiles.merge(name.group(2).replace("median", "p50"), most, Math::max);
        }
      }
    }
    return percentiles;
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
    return rest.get("/jobs/" + jobId + path);
  }
}
