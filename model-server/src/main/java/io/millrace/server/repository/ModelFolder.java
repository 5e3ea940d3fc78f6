package io.millrace.server.repository;

import io.millrace.server.inference.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * One model's folder: {@code config.pbtxt}, and one folder for each version, named by its number.
 *
 * @param name the folder's name, which is the model's
 * @param versions folders of the versions, newest first
 */
record ModelFolder(String name, Path path, List<Path> versions) {
  private static final String VERSION = "[1-9][0-9]{0,17}";

  /**
   * Every model of a repository, by name. Hidden folders and plain files are not looked at.
   *
   * @throws ModelLoadException if the repository cannot be read
   */
  static List<ModelFolder> scan(Path repository) {
    if (!Files.isDirectory(repository)) {
      throw new ModelLoadException(
          "--model-repository " + repository + " is not a folder; name one that holds models");
    }
    return folders(repository).stream().map(ModelFolder::of).toList();
  }

  private static ModelFolder of(Path path) {
    List<Path> versions =
        folders(path).stream()
            .filter(folder -> folder.getFileName().toString().matches(VERSION))
            .sorted(Comparator.comparingLong(ModelFolder::number).reversed())
            .toList();
    return new ModelFolder(path.getFileName().toString(), path, versions);
  }

  /** The number that a version folder is named by. */
  static long number(Path version) {
    return Long.parseLong(version.getFileName().toString());
  }

  private static List<Path> folders(Path parent) {
    try (Stream<Path> children = Files.list(parent)) {
      return children
          .filter(Files::isDirectory)
          .filter(child -> !child.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new ModelLoadException(parent + " cannot be read: " + e, e);
    }
  }

  /** Its configuration. */
  Path configFile() {
    return path.resolve("config.pbtxt");
  }
}
