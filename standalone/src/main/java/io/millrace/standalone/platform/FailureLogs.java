package io.millrace.standalone.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Keeps the logs of a platform that failed, since its work folder is removed; only the newest.
 *
 * @param from the work folder's logs
 * @param to where they are kept
 */
record FailureLogs(Path from, Path to) {

  /** Copies the logs and returns the message with the paths in it put right. */
  String keep(String message) {
    try {
      List<Path> logs = logs();
      if (logs.isEmpty()) {
        return message;
      }
      FolderRemoval.remove(to);
      Files.createDirectories(to);
      for (Path log : logs) {
        Files.copy(log, to.resolve(log.getFileName()));
      }
    } catch (IOException e) {
      return message + " (its logs could not be kept: " + FileProblem.reason(e) + ")";
    }
    String pointed = message.replace(from.toString(), to.toString());
    return pointed.contains(to.toString()) ? pointed : pointed + "; logs: " + to;
  }

  private List<Path> logs() throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
