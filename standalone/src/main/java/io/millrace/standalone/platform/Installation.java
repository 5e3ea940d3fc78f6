package io.millrace.standalone.platform;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the built project lies, and what of it is used at run time.
 *
 * @param home the folder that holds {@code models/} and {@code standalone/}
 */
public record Installation(Path home) {
  /** System property that names {@link #home()}; the launcher sets it. */
  public static final String HOME_PROPERTY = "millrace.home";

  private static final Path TEXT_ENCODER = Path.of("standalone", "target", "text-encoder");
  private static final Path REGISTRY = Path.of("standalone", "target", "registry");

  /**
   * Finds the folder: the system property, else the folder above this class or the working
   * directory that has a built {@code standalone} in it.
   *
   * @throws PlatformException if there is none
   */
  public static Installation locate() {
    String configured = System.getProperty(HOME_PROPERTY);
    if (configured != null) {
      return new Installation(Path.of(configured).toAbsolutePath().normalize());
    }
    return Stream.of(codeSource(), Path.of(""))
        .map(Path::toAbsolutePath)
        .flatMap(start -> above(start).stream())
        .findFirst()
        .map(Installation::new)
        .orElseThrow(
            () ->
                new PlatformException(
                    "cannot find the built project; run ./millrace, or set -D"
                        + HOME_PROPERTY
                        + " to its folder"));
  }

  private static Optional<Path> above(Path start) {
    @Nullable Path folder = start;
    while (folder != null && !Files.isDirectory(folder.resolve(REGISTRY))) {
      folder = folder.getParent();
    }
    return Optional.ofNullable(folder);
  }

  private static Path codeSource() {
    try {
      return Path.of(
          Installation.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("class path entry that is no file", e);
    }
  }

  /** The demo's model repository. */
  public Path models() {
    return home.resolve("models");
  }

  /**
   * The registry's program, whose manifest names its libraries.
   *
   * @throws PlatformException if the build has not unpacked it
   */
  public Path registryJar() {
    return single(
        home.resolve(REGISTRY), "-runner.jar", "run ./millrace, which builds what is missing");
  }

  /** Graph and tokenizer of the text encoder. */
  public Path textEncoder() {
    return home.resolve(TEXT_ENCODER);
  }

  /**
   * The jobs as one self-contained jar, for a Flink cluster elsewhere.
   *
   * @throws PlatformException if it is not built
   */
  public Path jobJar() {
    return single(
        home.resolve("flink-jobs").resolve("target"),
        "-job.jar",
        "build it: mvn package -DskipTests -pl flink-jobs -am");
  }

  private static Path single(Path folder, String suffix, String fix) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(suffix))
          .findFirst()
          .orElseThrow(() -> missing(folder, suffix, fix));
    } catch (IOException e) {
      throw missing(folder, suffix, fix);
    }
  }

  private static PlatformException missing(Path folder, String suffix, String fix) {
    return new PlatformException("no *" + suffix + " in " + folder + "; " + fix);
  }

  /** The class path of this process. */
  static String classPath() {
    return System.getProperty("java.class.path");
  }

  /** A class path of these classes' own code and one jar more. */
  static String classPath(Path jar) {
    return String.join(File.pathSeparator, List.of(codeSource().toString(), jar.toString()));
  }
}
