package io.millrace.server.access;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Looks every second whether a file of tokens has changed. */
public final class TokenWatch implements AccessPolicy, AutoCloseable {
  private static final long PAUSE_SECONDS = 1;

  private final TokenFile tokens;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          action -> {
            Thread created = new Thread(action, "tokens");
            created.setDaemon(true);
            return created;
          });

  /**
   * Reads the file, and starts to look.
   *
   * @throws IOException naming file, line and fix
   */
  public TokenWatch(Path file) throws IOException {
    try {
      this.tokens = new TokenFile(file);
    } catch (NoSuchFileException e) {
      throw new IOException(
          "--tokens-file " + file + " does not exist; write lines into it such as: infer TOKEN", e);
    }
    thread.scheduleWithFixedDelay(tokens::refresh, PAUSE_SECONDS, PAUSE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void require(Role needed, @Nullable String authorization) {
    tokens.require(needed, authorization);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
