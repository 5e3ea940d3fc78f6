package io.millrace.server.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native libraries that ONNX Runtime unpacks into a temporary folder at every start: 28 MB that
 * a killed process would leave behind, and a folder that even an orderly end does.
 */
final class ExtractedLibraries {
  private static final Logger LOG = LoggerFactory.getLogger(ExtractedLibraries.class);
  private static final Path MAPPED_FILES = Path.of("/proc/self/maps");
  private static final String FOLDER = "/onnxruntime-java";
  private static final String LIBRARY = "/libonnxruntime.so";

  private ExtractedLibraries() {}

  /**
   * Removes them. What is loaded stays loaded: where a system says which files a process has
   * mapped, it also lets them be unlinked. Elsewhere this does nothing.
   */
  static void unlink() {
    if (!Files.isReadable(MAPPED_FILES)) {
      return;
    }
    try {
      Optional<Path> folder = mappedFolder();
      if (folder.isPresent()) {
        delete(folder.get());
      }
    } catch (IOException e) {
      LOG.warn("ONNX Runtime's temporary folder stays behind: {}", e.toString());
    }
  }

  private static Optional<Path> mappedFolder() throws IOException {
    try (Stream<String> lines = Files.lines(MAPPED_FILES)) {
      return lines
          .filter(line -> line.contains(FOLDER) && line.endsWith(LIBRARY))
          .findFirst()
          .map(line -> Path.of(line.substring(line.indexOf('/'))).getParent());
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> children = Files.list(folder)) {
      files = children.toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
    Files.delete(folder);
  }
}
