package io.millrace.standalone.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The one folder that outlives a run: {@code $XDG_CACHE_HOME/millrace}, else {@code
 * ~/.cache/millrace}.
 *
 * @param path absolute; may not exist yet
 */
public record CacheFolder(Path path) {

  /** The user's own, as the environment says. */
  public static CacheFolder ofUser() {
    // Not Java's own idea of the home, which comes from the account: the launcher goes by HOME too.
    return of(
        System.getenv(), System.getenv().getOrDefault("HOME", System.getProperty("user.home")));
  }

  static CacheFolder of(Map<String, String> environment, String home) {
    String configured = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path base = configured.isBlank() ? Path.of(home, ".cache") : Path.of(configured);
    return new CacheFolder(base.resolve("millrace").toAbsolutePath().normalize());
  }

  /** Where a running platform says how to reach it. */
  public AddressFile addresses() {
    return new AddressFile(path.resolve("running.json"));
  }

  /** Where the logs of a platform that died are kept, the newest only. */
  Path lastFailure() {
    return path.resolve("last-failure");
  }

  /**
   * Makes the folder.
   *
   * @throws PlatformException if it cannot be made or written to
   */
  CacheFolder ensure() {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new PlatformException(
          "cannot create the cache folder "
              + path
              + ": "
              + FileProblem.reason(e)
              + "; point XDG_CACHE_HOME at a folder that can be written",
          e);
    }
    return this;
  }
}
