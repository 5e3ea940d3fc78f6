package io.millrace.standalone.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder that a job's checkpoints are in, one folder per run of the job.
 *
 * @param path may be empty
 */
record CheckpointFolder(Path path) {
  private static final int RUN_CHECKPOINT_FILE = 3;

  /**
   * The newest checkpoint that was completed, whichever run took it.
   *
   * @throws PlatformException if the folder cannot be read
   */
  Optional<Path> newest() {
    try (Stream<Path> files = Files.walk(path, RUN_CHECKPOINT_FILE)) {
      return files
          .filter(file -> file.endsWith("_metadata"))
          .max(Comparator.comparing(CheckpointFolder::time))
          .map(Path::getParent);
    } catch (IOException e) {
      throw new PlatformException(
          "cannot read the checkpoints in " + path + ": " + FileProblem.reason(e), e);
    }
  }

  private static FileTime time(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }
}
