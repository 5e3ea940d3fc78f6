package io.millrace.e2e;

import io.millrace.standalone.platform.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The model that comes with the project, as far as a test has to know it.
 *
 * @param version name of its folder
 * @param catalogue the items that it knows
 * @param rung of the lists that it makes: RANKED with a ranker
 */
record ShippedModel(String version, List<String> catalogue, String rung) {

  /** Reads the version that the model server serves: the highest. */
  static ShippedModel read() {
    Path model = Installation.locate().models().resolve("recommender");
    try (Stream<Path> entries = Files.list(model)) {
      Path newest =
          entries
              .filter(entry -> entry.getFileName().toString().matches("\\d+"))
              .max(Comparator.comparingLong(e -> Long.parseLong(e.getFileName().toString())))
              .orElseThrow(() -> new AssertionError("no version in " + model));
      return new ShippedModel(
          newest.getFileName().toString(),
          Files.readAllLines(newest.resolve("vocabulary.txt")),
          Files.exists(newest.resolve("ranker.onnx")) ? "RANKED" : "RETRIEVED");
    } catch (IOException e) {
      throw new UncheckedIOException("the shipped model in " + model, e);
    }
  }
}
