package io.millrace.standalone.measurement;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What the bare model does, called in a process of its own with nothing around it.
 *
 * @param rowsPerSecond at the best batch size
 * @param coreMicrosPerRow at the best batch size
 * @param batchSize the best one
 * @param singleRowMillis how long one row alone takes, on average
 */
public record RawInference(
    double rowsPerSecond, double coreMicrosPerRow, int batchSize, double singleRowMillis) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double MILLIS_PER_SECOND = 1e3;

  /**
   * Reads what the benchmark prints.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static RawInference parse(String json) {
    try {
      JsonNode report = JSON.readTree(json);
      JsonNode best = report.path("best");
      double single = Double.POSITIVE_INFINITY;
      for (JsonNode result : report.path("results")) {
        if (result.path("batch_size").asInt() == 1) {
          double perInstance =
              result.path("rows_per_s").asDouble() / result.path("instances").asInt(1);
          single = Math.min(single, MILLIS_PER_SECOND / perInstance);
        }
      }
      double rows = best.path("rows_per_s").asDouble();
      if (!(rows > 0) || Double.isInfinite(single)) {
        throw new IllegalArgumentException("no result for the best and for a single row: " + json);
      }
      return new RawInference(
          rows, best.path("core_us_per_row").asDouble(), best.path("batch_size").asInt(), single);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON object: " + json, e);
    }
  }
}
