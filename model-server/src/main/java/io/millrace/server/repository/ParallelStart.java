package io.millrace.server.repository;

import io.millrace.schemas.inference.ModelConfig;
import io.millrace.server.inference.ModelLoadException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads models side by side, one for each processor, and says how far it is. */
final class ParallelStart {
  private static final Logger LOG = LoggerFactory.getLogger(ParallelStart.class);

  private ParallelStart() {}

  /**
   * Loads all. Configurations are read first, so that a wrong one is found before anything is
   * loaded. Ensembles come after all others, one after the other.
   *
   * @param models each after those that it is made of
   * @param clock monotonic nanoseconds
   * @throws ModelLoadException the failure of the first model, by name, that has one
   */
  static void run(List<ModelFolder> models, Consumer<ModelFolder> load, LongSupplier clock) {
    List<ModelFolder> ensembles = models.stream().filter(ParallelStart::isEnsemble).toList();
    List<ModelFolder> others = models.stream().filter(model -> !ensembles.contains(model)).toList();
    int threads = Math.min(models.size(), Runtime.getRuntime().availableProcessors());
    ExecutorService executor = Executors.newFixedThreadPool(Math.max(1, threads));
    try {
      AtomicInteger done = new AtomicInteger();
      Consumer<ModelFolder> loadOne =
          model -> {
            long begin = clock.getAsLong();
            load.accept(model);
            LOG.info(
                "model '{}' loaded in {} ms, {} of {}",
                model.name(),
                TimeUnit.NANOSECONDS.toMillis(clock.getAsLong() - begin),
                done.incrementAndGet(),
                models.size());
          };
      List<Future<?>> loading = new ArrayList<>();
      others.forEach(model -> loading.add(executor.submit(() -> loadOne.accept(model))));
      await(loading);
      ensembles.forEach(loadOne);
    } finally {
      executor.shutdown();
    }
  }

  private static boolean isEnsemble(ModelFolder model) {
    try {
      ModelConfig config = ModelConfigFile.read(model.configFile(), model.name());
      VersionPolicy.choose(model, config);
      return ModelConfigFile.isEnsemble(config);
    } catch (ModelLoadException e) {
      throw new ModelLoadException("model '" + model.name() + "': " + e.getMessage(), e);
    }
  }

  /** Waits for all, whatever fails: what still loads must not be closed meanwhile. */
  private static void await(List<Future<?>> loading) {
    RuntimeException first = null;
    for (Future<?> model : loading) {
      try {
        model.get();
      } catch (ExecutionException e) {
        RuntimeException failure =
            e.getCause() instanceof RuntimeException known
                ? known
                : new ModelLoadException("loading failed: " + e.getCause(), e);
        first = first == null ? failure : first;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ModelLoadException("interrupted while loading models", e);
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
