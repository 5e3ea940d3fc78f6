package io.millrace.server.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command's server has its repository and its log. */
final class WorkFolder implements AutoCloseable {
  @Option(
      names = "--work",
      paramLabel = "DIR",
      description =
          "Empty folder for the server's log and what else it needs. Default: a temporary one,"
              + " removed at the end.")
  private @Nullable Path given;

  private @Nullable Path temporary;

  /** The folder, made if it is not there. */
  Path path() throws IOException {
    if (given != null) {
      return Files.createDirectories(given);
    }
    Path made = temporary == null ? Files.createTempDirectory("millrace-bench-") : temporary;
    temporary = made;
    return made;
  }

  /** Removes it if it is a temporary one. */
  @Override
  public void close() {
    Path made = temporary;
    if (made == null) {
      return;
    }
    try (Stream<Path> tree = Files.walk(made)) {
      List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("left " + made + " behind", e);
    }
  }
}
