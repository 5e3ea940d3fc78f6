package io.millrace.server.watch;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks every second whether files have changed. */
public final class FileWatch implements AutoCloseable {
  private static final long PAUSE_SECONDS = 1;

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          action -> {
            Thread created = new Thread(action, "file-watch");
            created.setDaemon(true);
            return created;
          });

  /**
   * Starts to look.
   *
   * @param refreshes each reads a file again if it has changed, and never throws
   */
  public FileWatch(List<Runnable> refreshes) {
    refreshes.forEach(
        refresh ->
            thread.scheduleWithFixedDelay(refresh, PAUSE_SECONDS, PAUSE_SECONDS, TimeUnit.SECONDS));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
