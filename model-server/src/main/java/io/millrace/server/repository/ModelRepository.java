package io.millrace.server.repository;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.ModelCatalogue;
import io.millrace.server.inference.ModelDescription;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.ServedModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The models of a folder, all loaded or none. */
public final class ModelRepository implements ModelCatalogue, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelRepository.class);

  private final Map<String, ServedModel> models;
  private final Map<String, byte[]> configurations;
  private volatile boolean ready = true;

  private ModelRepository(Map<String, ServedModel> models, Map<String, byte[]> configurations) {
    this.models = models;
    this.configurations = configurations;
  }

  /**
   * Loads the newest version of every model and warms it up.
   *
   * @param folder the repository
   * @param clock monotonic nanoseconds
   * @throws ModelLoadException naming the first model that cannot be served, and why
   */
  public static ModelRepository load(Path folder, ServingDefaults defaults, LongSupplier clock) {
    ModelLoader loader = new ModelLoader(defaults, clock);
    Map<String, ServedModel> models = new TreeMap<>();
    Map<String, byte[]> configurations = new TreeMap<>();
    try {
      for (ModelFolder model : ModelFolder.scan(folder)) {
        ServedModel served = load(loader, model);
        models.put(model.name(), served);
        configurations.put(
            model.name(), ModelConfigFile.read(model.configFile(), model.name()).toByteArray());
        ModelDescription description = served.description();
        LOG.info(
            "model '{}' version {} is ready: {}",
            model.name(),
            description.version(),
            new TreeMap<>(description.properties()));
      }
    } catch (RuntimeException e) {
      models.values().forEach(ServedModel::close);
      throw e;
    }
    return new ModelRepository(models, configurations);
  }

  private static ServedModel load(ModelLoader loader, ModelFolder model) {
    try {
      return loader.load(model);
    } catch (ModelLoadException e) {
      throw new ModelLoadException("model '" + model.name() + "': " + e.getMessage(), e);
    }
  }

  @Override
  public ServedModel find(String name, String version) {
    ServedModel model = models.get(name);
    if (model == null) {
      throw new InferenceException(
          InferenceException.Code.NOT_FOUND,
          "model '" + name + "' does not exist; there are " + models.keySet());
    }
    String served = model.description().version();
    if (!version.isEmpty() && !version.equals(served)) {
      throw new InferenceException(
          InferenceException.Code.NOT_FOUND,
          "model '" + name + "' has no version '" + version + "' loaded; it serves " + served);
    }
    return model;
  }

  @Override
  public byte[] configuration(String name, String version) {
    find(name, version);
    return Objects.requireNonNull(configurations.get(name), name).clone();
  }

  @Override
  public List<ServedModel> models() {
    return List.copyOf(models.values());
  }

  @Override
  public boolean ready() {
    return ready;
  }

  /** Not ready from now on; done when every request that was taken is answered. */
  public CompletableFuture<Void> drain() {
    ready = false;
    return CompletableFuture.allOf(
        models.values().stream().map(ServedModel::drain).toArray(CompletableFuture[]::new));
  }

  @Override
  public void close() {
    ready = false;
    models.values().forEach(ServedModel::close);
  }
}
