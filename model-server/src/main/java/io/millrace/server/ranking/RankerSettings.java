package io.millrace.server.ranking;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.server.inference.ModelLoadException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * What a bundle says of its ranker.
 *
 * @param file the graph's name in the bundle
 * @param maxHistory newest events of a history that the graph is given
 * @param fromEvents rows with fewer events in their history are not ranked
 * @param features names of its columns, in their order
 */
public record RankerSettings(String file, int maxHistory, int fromEvents, List<String> features) {
  /** Copies the list. */
  public RankerSettings {
    features = List.copyOf(features);
  }

  /**
   * Reads what a manifest says.
   *
   * @param manifest named in failures
   * @param json an object
   * @throws ModelLoadException naming the key, its value and what it may be
   */
  public static RankerSettings read(String manifest, JsonNode json) {
    String file = json.path("file").textValue();
    if (file == null) {
      throw new ModelLoadException(
          manifest + ": ranker.file is " + json.path("file") + ", must be the name of a graph");
    }
    JsonNode history = json.path("max_history");
    if (!history.isInt() || history.intValue() < 1) {
      throw new ModelLoadException(
          manifest + ": ranker.max_history is " + history + ", must be an integer of at least 1");
    }
    JsonNode from = json.path("from_events");
    if (!from.isMissingNode() && (!from.isInt() || from.intValue() < 0)) {
      throw new ModelLoadException(
          manifest + ": ranker.from_events is " + from + ", must be an integer of at least 0");
    }
    List<String> features = new ArrayList<>();
    json.path("features").forEach(name -> features.add(name.asText()));
    List<String> unknown = FeatureNames.unknown(features);
    if (!unknown.isEmpty()) {
      throw new ModelLoadException(
          String.format(
              "%s: ranker.features names %s, which this server does not compute; it has %s; train"
                  + " the ranker with these, or serve it with a newer version",
              manifest, unknown, FeatureNames.all()));
    }
    if (features.isEmpty() || new HashSet<>(features).size() < features.size()) {
      throw new ModelLoadException(
          manifest + ": ranker.features is " + features + ", must be at least one name, each once");
    }
    return new RankerSettings(file, history.intValue(), from.asInt(0), features);
  }
}
