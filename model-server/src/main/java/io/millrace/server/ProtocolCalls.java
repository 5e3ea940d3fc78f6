package io.millrace.server;

import io.millrace.server.inference.ModelCatalogue;
import io.millrace.server.inference.RepositoryControl;
import io.millrace.server.protocol.InferenceCalls;
import io.millrace.server.protocol.RepositoryCalls;
import io.millrace.server.protocol.RequestLimits;
import io.millrace.server.protocol.ServerCalls;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** What every endpoint offers, and the one thread that loads and unloads on request. */
final class ProtocolCalls implements AutoCloseable {
  private static final int MOST_WAITING = 16;

  private final InferenceCalls inference;
  private final ServerCalls server;
  private final RepositoryCalls repository;
  private final ExecutorService control;

  ProtocolCalls(
      ModelCatalogue models,
      RepositoryControl repository,
      String version,
      LongSupplier clock,
      RequestLimits limits) {
    this.inference = new InferenceCalls(models, clock, InstantSource.system(), limits);
    this.server = new ServerCalls(models, version);
    this.control =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            action -> {
              Thread thread = new Thread(action, "repository-control");
              thread.setDaemon(true);
              return thread;
            });
    this.repository = new RepositoryCalls(repository, control);
  }

  InferenceCalls inference() {
    return inference;
  }

  ServerCalls server() {
    return server;
  }

  RepositoryCalls repository() {
    return repository;
  }

  @Override
  public void close() {
    control.shutdownNow();
  }
}
