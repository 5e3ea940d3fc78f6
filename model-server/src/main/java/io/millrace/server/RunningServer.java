package io.millrace.server;

import io.millrace.server.config.RepositoryOptions;
import io.millrace.server.config.RepositoryOptions.ModelControlMode;
import io.millrace.server.config.ServerOptions;
import io.millrace.server.config.ServingOptions;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.ServerState;
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
  private final Duration poll;

  /** Only with polling, and only when every model is loaded. */
  private volatile Optional<RepositoryPoller> poller = Optional.empty();

  private RunningServer(ModelRepository models, Endpoints endpoints, Duration poll) {
    this.models = models;
    this.endpoints = endpoints;
    this.poll = poll;
  }

  /**
   * Listens: live, and not ready before {@link #loadModels}.
   *
   * @param version the server's own
   * @param clock monotonic nanoseconds
   * @throws IOException if the address cannot be listened on; the message names options and fix
   */
  static RunningServer listen(ServerOptions options, String version, LongSupplier clock)
      throws IOException {
    RepositoryOptions repository = options.repository();
    ModelRepository models =
        ModelRepository.open(
            repository.folder(), control(repository), defaults(options.serving()), clock);
    try {
      Endpoints endpoints = Endpoints.start(options, version, clock, models, models);
      return new RunningServer(
          models,
          endpoints,
          repository.controlMode() == ModelControlMode.POLL ? repository.poll() : Duration.ZERO);
    } catch (IOException e) {
      models.close();
      throw e;
    }
  }

  /**
   * Loads every model, the language model first, and is ready.
   *
   * @return false if it was told to stop meanwhile
   * @throws ModelLoadException if a model cannot be served; nothing is served any more then
   */
  boolean loadModels() {
    try {
      endpoints.loadLanguageModel();
      models.start();
    } catch (ModelLoadException e) {
      endpoints.close();
      models.close();
      throw e;
    }
    if (!models.ready()) {
      return false;
    }
    if (!poll.isZero()) {
      poller = Optional.of(new RepositoryPoller(models, poll));
    }
    return true;
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
    boolean starting = models.state() == ServerState.STARTING;
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
      // What is being loaded cannot be freed, and waiting for it would only delay the end.
      if (!starting) {
        models.close();
      }
    }
    LOG.info("stopped");
  }
}
