package io.millrace.server.repository;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets versions that were replaced answer what they have taken, and then frees them. */
final class VersionRetirement implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VersionRetirement.class);

  private final AtomicLong freed = new AtomicLong();

  /** Frees one after the other: freeing waits for threads that must not be the waiting one. */
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          action -> {
            Thread created = new Thread(action, "model-retirement");
            created.setDaemon(true);
            return created;
          });

  /**
   * Retires a version that no request can find any more.
   *
   * @return done when it is freed
   */
  CompletableFuture<Void> retire(LoadedVersion version) {
    return version.drain().thenRunAsync(() -> free(version), thread);
  }

  private void free(LoadedVersion version) {
    String name = version.model().description().name();
    try {
      version.model().close();
      freed.incrementAndGet();
      LOG.info("model '{}' version {} is unloaded", name, version.number());
    } catch (RuntimeException e) {
      LOG.error("model '{}' version {} was not freed", name, version.number(), e);
    }
  }

  /** Versions that were freed. */
  long freed() {
    return freed.get();
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
