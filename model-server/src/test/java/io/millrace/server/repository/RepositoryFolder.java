package io.millrace.server.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.TinyModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;

/** A copy of the tiny models whose versions come and go. */
final class RepositoryFolder {
  final Path path;

  RepositoryFolder(Path path) {
    this.path = TinyModels.copyTo(path);
  }

  /** Replaces text in a file, which must hold it. */
  void edit(String file, String from, String to) {
    try {
      String text = Files.readString(path.resolve(file));
      assertThat(text).contains(from);
      Files.writeString(path.resolve(file), text.replace(from, to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(String file, String content) {
    try {
      Files.writeString(path.resolve(file), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a version out of another, all at once, as a careful publisher does. */
  void addVersion(String model, String from, String to) {
    try {
      Path staged = Files.createDirectory(path.resolve(model).resolve("." + to));
      try (Stream<Path> files = Files.list(path.resolve(model).resolve(from))) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Files.copy(file, staged.resolve(file.getFileName()));
        }
      }
      Files.move(staged, path.resolve(model).resolve(to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a version of the affine model, y = 2 x + 1, say y = 3 x + 1. */
  void triple(String version) {
    try {
      Path file = path.resolve("affine").resolve(version).resolve("model.onnx");
      byte[] graph = Files.readAllBytes(file);
      byte[] two = {0, 0, 0, 0x40};
      int at = 0;
      while (!Arrays.equals(graph, at, at + two.length, two, 0, two.length)) {
        at++;
      }
      graph[at + 2] = 0x40;
      Files.write(file, graph);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes a version or a whole model away. */
  void remove(String folder) {
    try (Stream<Path> files = Files.walk(path.resolve(folder))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
