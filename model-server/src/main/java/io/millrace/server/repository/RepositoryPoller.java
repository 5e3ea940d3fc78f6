package io.millrace.server.repository;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the repository again and again. */
public final class RepositoryPoller implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RepositoryPoller.class);

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          action -> {
            Thread created = new Thread(action, "repository-poll");
            created.setDaemon(true);
            return created;
          });

  /**
   * Starts.
   *
   * @param pause from the end of one look to the start of the next
   */
  public RepositoryPoller(ModelRepository repository, Duration pause) {
    thread.scheduleWithFixedDelay(
        () -> look(repository), pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Never throws: the next look may find what this one could not. */
  private static void look(ModelRepository repository) {
    try {
      repository.poll();
    } catch (RuntimeException e) {
      LOG.error("polling the repository failed", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
