package io.millrace.server.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;

/** A report as a table for people. */
final class BenchTable {
  private static final String[] FIGURES = {
    "requests_per_s",
    "p50_us",
    "p99_us",
    "p999_us",
    "mean_batch_rows",
    "server_core_us_per_request",
    "compiler_core_us_per_request",
    "other_core_us_per_request"
  };

  private final JsonNode report;
  private final StringBuilder text = new StringBuilder();

  BenchTable(JsonNode report) {
    this.report = report;
  }

  String text() {
    line(
        "%-22s%12s%10s%10s%10s%8s%12s%11s%10s",
        report.path("model").asText(),
        "calls/s",
        "p50 us",
        "p99 us",
        "p99.9 us",
        "batch",
        "server us*",
        "compiler*",
        "beside*");
    trials(report.path("protocols"));
    trials(report.path("peers"));
    JsonNode raw = report.path("raw");
    if (raw.isObject()) {
      JsonNode best = raw.path("best");
      line(
          "%-22s%12.0f%10.0f%10.0f%10s%8d%12.0f",
          "in process, best",
          best.path("rows_per_s").asDouble(),
          best.path("p50_us").asDouble(),
          best.path("p99_us").asDouble(),
          "",
          best.path("batch_size").asInt(),
          best.path("core_us_per_row").asDouble());
      JsonNode single = raw.path("single");
      line(
          "%-22s%12.0f%10.0f%10.0f",
          "in process, one row",
          single.path("rows_per_s").asDouble(),
          single.path("p50_us").asDouble(),
          single.path("p99_us").asDouble());
    }
    line(
        "* core-microseconds of the server for a call; of that, of the Java compiler; and of what is neither that nor ONNX Runtime");
    ratios(
        "throughput / in process",
        report.path("throughput_ratio").path(report.path("model").asText()));
    ratios("p50 us that one caller waits longer", report.path("added_p50_us_at_one_caller"));
    ratios("p99 at half load / p99 of a batch", report.path("half_load_p99_of_raw_batch_p99"));
    ratios("times the peer's throughput", report.path("times_the_peer"));
    return text.toString();
  }

  private void trials(JsonNode trials) {
    for (Map.Entry<String, JsonNode> trial : trials.properties()) {
      for (JsonNode closed : trial.getValue().path("closed")) {
        row(trial.getKey() + ", " + closed.path("callers").asInt() + " callers", closed);
      }
      for (Map.Entry<String, JsonNode> entry : trial.getValue().properties()) {
        if (entry.getValue().has("offered_per_s")) {
          row(trial.getKey() + ", " + entry.getKey().replace('_', ' '), entry.getValue());
        }
      }
    }
  }

  private void row(String name, JsonNode entry) {
    StringBuilder row = new StringBuilder(String.format("%-22s", name));
    String[] widths = {"12.0f", "10.0f", "10.0f", "10.0f", "8.1f", "12.0f", "11.0f", "10.0f"};
    for (int i = 0; i < FIGURES.length; i++) {
      row.append(
          entry.has(FIGURES[i])
              ? String.format(Locale.ROOT, "%" + widths[i], entry.path(FIGURES[i]).asDouble())
              : "");
    }
    text.append(row).append('\n');
  }

  private void ratios(String name, JsonNode values) {
    for (Map.Entry<String, JsonNode> value : values.properties()) {
      line("%s, %s: %.2f", name, value.getKey(), value.getValue().asDouble());
    }
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
