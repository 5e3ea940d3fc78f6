package io.millrace.server.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A repository with one recommender, whose versions answer differently by turns: those with odd
 * numbers are a bundle as it is; in those with even numbers every id names the item after. An
 * answer that one version's vocabulary and the other's began and ended is neither's.
 */
final class TwinBundles {
  /** The recommender's name. */
  static final String MODEL = "recommender";

  private static final String VOCABULARY = "vocabulary.txt";
  private static final String MANIFEST = "bundle.json";

  private final Path original;
  private final Path model;

  /**
   * Writes the configuration.
   *
   * @param original version folder of a recommender, inside its model's folder
   * @param repository an empty folder
   */
  TwinBundles(Path original, Path repository) throws IOException {
    this.original = original.toAbsolutePath();
    this.model = Files.createDirectories(repository.resolve(MODEL));
    Files.copy(this.original.resolveSibling("config.pbtxt"), model.resolve("config.pbtxt"));
  }

  /** Adds a version. */
  void add(int version) throws IOException {
    Path folder = Files.createDirectory(model.resolve("." + version));
    try (Stream<Path> files = Files.list(original)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName().toString()));
      }
    }
    if (version % 2 == 0) {
      renameItems(folder);
    }
    Files.move(folder, model.resolve(Integer.toString(version)));
  }

  private static void renameItems(Path folder) throws IOException {
    Path vocabulary = folder.resolve(VOCABULARY);
    List<String> ids = Files.readAllLines(vocabulary, StandardCharsets.UTF_8);
    Collections.rotate(ids, 1);
    byte[] renamed = (String.join("\n", ids) + "\n").getBytes(StandardCharsets.UTF_8);
    Files.write(vocabulary, renamed);
    ObjectMapper json = new ObjectMapper();
    Path manifest = folder.resolve(MANIFEST);
    ObjectNode promised = (ObjectNode) json.readTree(manifest.toFile());
    ((ObjectNode) promised.path("files").path(VOCABULARY))
        .put("sha256", sha256(renamed))
        .put("bytes", renamed.length);
    json.writeValue(manifest.toFile(), promised);
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Removes a version. */
  void remove(int version) throws IOException {
    Path folder = model.resolve(Integer.toString(version));
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
