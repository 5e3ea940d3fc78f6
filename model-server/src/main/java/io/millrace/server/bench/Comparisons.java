package io.millrace.server.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Adds to a report what its parts are beside each other. */
final class Comparisons {
  private Comparisons() {}

  static void add(ObjectNode report) {
    JsonNode raw = report.path("raw");
    ObjectNode ratios = report.putObject("throughput_ratio");
    ObjectNode ofModel = ratios.putObject(report.path("model").asText());
    ObjectNode added = report.putObject("added_p50_us_at_one_caller");
    ObjectNode tail = report.putObject("half_load_p99_of_raw_batch_p99");
    for (Map.Entry<String, JsonNode> protocol : report.path("protocols").properties()) {
      JsonNode trial = protocol.getValue();
      if (raw.isObject()) {
        ofModel.put(
            protocol.getKey(),
            trial.path("best_per_s").asDouble() / raw.path("best").path("rows_per_s").asDouble());
        for (JsonNode closed : trial.path("closed")) {
          if (closed.path("callers").asInt() == 1) {
            added.put(
                protocol.getKey(),
                closed.path("p50_us").asDouble() - raw.path("single").path("p50_us").asDouble());
          }
        }
        tail.put(
            protocol.getKey(),
            trial.path("half_load").path("p99_us").asDouble()
                / raw.path("best").path("p99_us").asDouble());
      }
      for (Map.Entry<String, JsonNode> peer : report.path("peers").properties()) {
        if (peer.getValue().path("protocol").equals(trial.path("protocol"))) {
          report
              .withObject("/times_the_peer")
              .put(
                  peer.getKey(),
                  trial.path("best_per_s").asDouble()
                      / peer.getValue().path("best_per_s").asDouble());
        }
      }
    }
  }
}
