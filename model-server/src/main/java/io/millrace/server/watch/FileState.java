package io.millrace.server.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.List;

/**
 * Tells whether files are other ones than before: by time of change, size and the file's own key,
 * without reading them.
 */
public record FileState(List<String> files) {
  /** What they are like now. One that is missing, or may not be looked at, is a state as well. */
  public static FileState of(Collection<Path> files) {
    return new FileState(files.stream().map(FileState::state).toList());
  }

  private static String state(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey();
    } catch (IOException e) {
      return e.toString();
    }
  }
}
