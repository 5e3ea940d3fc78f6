package io.millrace.server.repository;

import io.millrace.server.inference.ModelLoadException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tells whether a version's files, or its model's configuration, are other ones than before: by
 * name, size, time of change and the file's own key, without reading them.
 */
record VersionFingerprint(Map<Path, String> files) {
  /**
   * Of what is there now.
   *
   * @throws ModelLoadException if it cannot be looked at
   */
  static VersionFingerprint of(Path version, Path configFile) {
    Map<Path, String> files = new TreeMap<>();
    SimpleFileVisitor<Path> visitor =
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files.put(
                file,
                attributes.size()
                    + " "
                    + attributes.lastModifiedTime()
                    + " "
                    + attributes.fileKey());
            return FileVisitResult.CONTINUE;
          }
        };
    try {
      Files.walkFileTree(version, visitor);
      Files.walkFileTree(configFile, visitor);
    } catch (IOException e) {
      throw new ModelLoadException(version + " cannot be looked at: " + e, e);
    }
    return new VersionFingerprint(files);
  }
}
