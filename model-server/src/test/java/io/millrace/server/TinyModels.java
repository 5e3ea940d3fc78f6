package io.millrace.server;

import io.millrace.server.model.ExecutionProvider;
import io.millrace.server.repository.ServingDefaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The tiny model repository among the test resources. */
public final class TinyModels {
  private TinyModels() {}

  /** The folder; not to be written to. */
  public static Path folder() {
    return resource("/models");
  }

  /** One with a ranker, tables of neighbours and item vectors; not to be written to. */
  public static Path ranked() {
    return resource("/ranked-models");
  }

  private static Path resource(String name) {
    try {
      return Path.of(TinyModels.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A copy that a test may break. */
  public static Path copyTo(Path target) {
    return copy(folder(), target);
  }

  /** A copy of {@link #ranked} that a test may break. */
  public static Path copyRankedTo(Path target) {
    return copy(ranked(), target);
  }

  private static Path copy(Path from, Path target) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = target.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the server's own defaults are, more or less. */
  public static ServingDefaults defaults() {
    return new ServingDefaults(64, Optional.empty(), 512, 2, 1, ExecutionProvider.CPU);
  }
}
