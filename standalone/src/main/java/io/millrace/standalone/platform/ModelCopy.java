package io.millrace.standalone.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A copy of a model repository that new versions may be published into while it is served; the
 * models that it was made of stay as they are.
 */
public final class ModelCopy {
  private ModelCopy() {}

  /**
   * Settings that serve a copy of the models, and find what is published into it.
   *
   * @throws PlatformException if the models cannot be copied
   */
  public static PlatformSettings serving(PlatformSettings settings, WorkFolder work) {
    Path copy = work.folder("growing-models");
    copy(settings.models(), copy);
    return settings.serving(copy).findingVersions();
  }

  static void copy(Path from, Path to) {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Path copy = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(path, copy);
        }
      }
    } catch (IOException e) {
      throw new PlatformException(
          "--models " + from + " cannot be copied to " + to + ": " + FileProblem.reason(e), e);
    }
  }
}
