package io.millrace.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The newest lines of what a platform wrote and said, for the message of a failed test. */
final class Logs {
  private static final int LINES = 25;

  private Logs() {}

  /**
   * The ends of all of them.
   *
   * @param said what the platform printed
   * @param folders where its log files are; may not exist
   */
  static String tail(List<String> said, Path... folders) {
    return Stream.concat(
            Stream.of("--- printed\n" + lastOf(said)), Stream.of(folders).map(Logs::tailOfAll))
        .collect(Collectors.joining("\n"));
  }

  private static String tailOfAll(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .sorted()
          .map(file -> "--- " + file + "\n" + lastOf(lines(file)))
          .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      return "--- no logs in " + folder;
    }
  }

  private static List<String> lines(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      return List.of("cannot be read: " + e);
    }
  }

  private static String lastOf(List<String> lines) {
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
  }
}
