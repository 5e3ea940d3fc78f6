package io.millrace.standalone.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;

/** Says whether a throughput ratio was measured with the model that ratios are compared at. */
final class ModelSize {
  private static final int DIMENSIONS = 64;
  private static final int LAYERS = 2;
  private static final int HISTORY = 100;

  private ModelSize() {}

  /**
   * Lines for the report.
   *
   * @param manifest a bundle's description; sizes are in {@code training.model}
   */
  static List<String> notes(JsonNode manifest) {
    JsonNode model = manifest.path("training").path("model");
    int dimensions = model.path("dimensions").asInt();
    int layers = model.path("layers").asInt();
    int history = manifest.path("max_history").asInt();
    if (dimensions == 0 || layers == 0) {
      return List.of("The bundle does not say how large its model is.");
    }
    String size =
        String.format(
            Locale.ROOT,
            "The model has %d dimensions, %d layers and a history of %d",
            dimensions,
            layers,
            history);
    return dimensions == DIMENSIONS && layers == LAYERS && history == HISTORY
        ? List.of(size + ": the size at which ratios are compared.")
        : List.of(
            String.format(
                Locale.ROOT,
                "%s; ratios are compared at %d, %d and %d.",
                size,
                DIMENSIONS,
                LAYERS,
                HISTORY));
  }
}
