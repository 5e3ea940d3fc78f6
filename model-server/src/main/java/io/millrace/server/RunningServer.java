package io.millrace.server;

import io.millrace.server.config.RepositoryOptions;
import io.millrace.server.config.RepositoryOptions.ModelControlMode;
import io.millrace.server.config.ServerOptions;
import io.millrace.server.config.ServingOptions;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.model.ExecutionProvider;
import io.millrace.server.repository.ModelControl;
import io.millrace.server.repository.ModelRepository;
import io.millrace.server.repository.RepositoryPoller;
import io.millrace.server.repository.ServingDefaults;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server that serves: its models, and the sockets in front of them. */
final class RunningServer {
  private static final Logger LOG = LoggerFactory.getLogger(RunningServer.class);

  private final ModelRepository models;
  private final Endpoints endpoints;
  private final Optional<RepositoryPoller> poller;

  private RunningServer(
      ModelRepository models, Endpoints endpoints, Optional<RepositoryPoller> poller) {
    this.poller = poller;
    this.models = models;
    this.endpoints = endpoints;
  }

  /**
   * Loads every model, then listens.
   *
   * @param version the server's own
   * @param clock monotonic nanoseconds
   * @throws ModelLoadException if a model cannot be served
   * @throws IOException if the address cannot be listened on; the message names options and fix
   */
  static RunningServer start(ServerOptions options, String version, LongSupplier clock)
      throws IOException {
    ModelRepository models =
        ModelRepository.load(
            options.repository().folder(),
            control(options.repository()),
            defaults(options.serving()),
            clock);
    try {
      Endpoints endpoints = Endpoints.start(options, version, clock, models, models);
      return new RunningServer(
          models,
          endpoints,
          options.repository().controlMode() == ModelControlMode.POLL
              ? Optional.of(new RepositoryPoller(models, options.repository().poll()))
              : Optional.empty());
    } catch (IOException e) {
      models.close();
      throw e;
    }
  }

  private static ModelControl control(RepositoryOptions options) {
    return new ModelControl(
        switch (options.controlMode()) {
          case NONE -> ModelControl.Mode.NONE;
          case POLL -> ModelControl.Mode.POLL;
          case EXPLICIT -> ModelControl.Mode.EXPLICIT;
        },
        Set.copyOf(options.loadAtStart()));
  }

  private static ServingDefaults defaults(ServingOptions options) {
    return new ServingDefaults(
        options.maxBatch(),
        options.maxQueueDelay(),
        options.queueCapacity(),
        options.instances(),
        options.intraOpThreads(),
        switch (options.provider()) {
          case CPU -> ExecutionProvider.CPU;
          case CUDA -> ExecutionProvider.CUDA;
        });
  }

  /** Where it listens, as {@code grpc=HOST:PORT http=HOST:PORT}. */
  String addresses() {
    return endpoints.addresses();
  }

  /** Returns when it has stopped. */
  void awaitStop() throws InterruptedException {
    endpoints.awaitStop();
  }

  /**
   * Stops: not ready, new requests refused, those in flight answered as far as the time allows.
   *
   * @param atMost how long answers are waited for
   */
  void stop(Duration atMost) {
    LOG.info("stopping: requests in flight have {} ms", atMost.toMillis());
    poller.ifPresent(RepositoryPoller::close);
    try {
      models.drain().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
      endpoints.stop(atMost);
    } catch (TimeoutException e) {
      LOG.warn("requests in flight were not answered within {} ms", atMost.toMillis());
    } catch (ExecutionException e) {
      LOG.error("draining failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      endpoints.close();
      models.close();
    }
    LOG.info("stopped");
  }
}
