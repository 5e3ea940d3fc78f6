package io.millrace.standalone.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds everything a running platform writes: Kafka's log, checkpoints, logs,
 * temporary files.
 *
 * <p>Without a data folder it is {@code run-<pid>} in the cache and is removed at the end; what a
 * killed process left behind is removed by the next one. A data folder is kept, and locked while in
 * use.
 */
public final class WorkFolder implements AutoCloseable {
  private static final String PREFIX = "run-";

  /** Native libraries, an almost empty Kafka log and the first checkpoints, with room to work. */
  private static final long NEEDED_MEGABYTES = 256;

  private final Path path;
  private final boolean kept;
  private final @Nullable FileChannel lock;

  private WorkFolder(Path path, boolean kept, @Nullable FileChannel lock) {
    this.path = path;
    this.kept = kept;
    this.lock = lock;
  }

  /**
   * A folder for this run only.
   *
   * @throws PlatformException if the cache cannot be written
   */
  public static WorkFolder temporary(CacheFolder cache) {
    return temporary(
        cache,
        ProcessHandle.current().pid(),
        pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
  }

  static WorkFolder temporary(CacheFolder cache, long pid, LongPredicate alive) {
    cache.ensure();
    removeStale(cache.path(), pid, alive);
    Path path = cache.path().resolve(PREFIX + pid);
    try {
      FolderRemoval.remove(path);
      Files.createDirectories(path);
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
    return new WorkFolder(path, false, null);
  }

  /**
   * A folder whose content outlives this run.
   *
   * @throws PlatformException if it cannot be written, or another process uses it
   */
  public static WorkFolder kept(Path folder) {
    Path path = folder.toAbsolutePath().normalize();
    FileChannel channel = null;
    try {
      Files.createDirectories(path);
      channel =
          FileChannel.open(
              path.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock taken = channel.tryLock();
      if (taken == null) {
        channel.close();
        throw inUse(path);
      }
      FolderRemoval.remove(path.resolve("tmp"));
      return new WorkFolder(path, true, channel);
    } catch (OverlappingFileLockException e) {
      closeQuietly(channel);
      throw inUse(path);
    } catch (IOException e) {
      closeQuietly(channel);
      throw cannotWrite(path, e);
    }
  }

  private static void removeStale(Path cache, long pid, LongPredicate alive) {
    for (Path folder : runs(cache)) {
      String name = folder.getFileName().toString().substring(PREFIX.length());
      if (name.matches("\\d{1,18}")
          && Long.parseLong(name) != pid
          && !alive.test(Long.parseLong(name))) {
        try {
          FolderRemoval.remove(folder);
        } catch (IOException e) {
          throw new PlatformException(
              "cannot remove "
                  + folder
                  + ", which a killed run left behind: "
                  + FileProblem.reason(e)
                  + "; remove it by hand",
              e);
        }
      }
    }
  }

  private static List<Path> runs(Path cache) {
    try (Stream<Path> entries = Files.list(cache)) {
      return entries.filter(entry -> entry.getFileName().toString().startsWith(PREFIX)).toList();
    } catch (IOException | UncheckedIOException e) {
      throw new PlatformException("cannot read the cache folder " + cache, e);
    }
  }

  /**
   * Checks that there is room to start, where it can still be told in one line.
   *
   * @throws PlatformException if less than 256 MB are free
   */
  void checkSpace() {
    long free;
    try {
      free = Files.getFileStore(path).getUsableSpace() >> 20;
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
    if (free < NEEDED_MEGABYTES) {
      throw new PlatformException(
          "only "
              + free
              + " MB are free for "
              + path
              + ", "
              + NEEDED_MEGABYTES
              + " are needed; free some space, or set XDG_CACHE_HOME or --data-dir");
    }
  }

  /** The folder itself, absolute. */
  public Path path() {
    return path;
  }

  /** Whether it stays after {@link #close()}. */
  public boolean isKept() {
    return kept;
  }

  /**
   * A folder inside, made if it is missing.
   *
   * @throws PlatformException if it cannot be made
   */
  public Path folder(String name) {
    Path folder = path.resolve(name);
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw cannotWrite(folder, e);
    }
  }

  /** Removes a temporary folder; of a kept one, only its temporary files. */
  @Override
  public void close() {
    try {
      FolderRemoval.remove(kept ? path.resolve("tmp") : path);
    } catch (IOException e) {
      throw new PlatformException("cannot remove " + path + ": " + FileProblem.reason(e), e);
    } finally {
      closeQuietly(lock);
    }
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException("releasing a lock file", e);
      }
    }
  }

  private static PlatformException inUse(Path path) {
    return new PlatformException(
        "--data-dir " + path + " is in use by another running platform; stop it or choose another");
  }

  private static PlatformException cannotWrite(Path path, IOException e) {
    return new PlatformException(
        "cannot write to "
            + path
            + ": "
            + FileProblem.reason(e)
            + "; free some space, fix the permissions, or set XDG_CACHE_HOME or --data-dir",
        e);
  }
}
