package io.millrace.standalone.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.standalone.platform.PlatformException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * The bundle that made the lists.
 *
 * @param version its folder's name
 * @param folder where it lies
 */
record ServedModel(String version, Path folder) {
  private static final String MANIFEST = "bundle.json";

  /**
   * The newest of the versions that answered.
   *
   * @param repository the model repository
   * @param versions what the lists say; empty if no list came from the model
   */
  static Optional<ServedModel> of(Path repository, Collection<String> versions) {
    return versions.stream()
        .max(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
        .map(version -> new ServedModel(version, repository.resolve("recommender/" + version)));
  }

  /** The bundle's own description. */
  JsonNode manifest() {
    Path file = folder.resolve(MANIFEST);
    try {
      return new ObjectMapper().readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new PlatformException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
