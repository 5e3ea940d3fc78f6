package io.millrace.server.repository;

import io.millrace.server.inference.HeldModel;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceException.Code;
import io.millrace.server.inference.ModelCatalogue;
import io.millrace.server.inference.ModelIndexEntry;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.RepositoryControl;
import io.millrace.server.inference.ServedModel;
import io.millrace.server.inference.ServerState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The models of a folder, and which versions of them serve. */
public final class ModelRepository implements ModelCatalogue, RepositoryControl, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelRepository.class);

  private final Path folder;
  private final ModelControl control;
  private final ModelLoader loader;
  private final LongSupplier clock;
  private final VersionRetirement retirement = new VersionRetirement();

  /** By name; models that failed to load are among them, for the index. */
  private final Map<String, VersionedModel> models = new ConcurrentSkipListMap<>();

  private volatile ServerState state = ServerState.STARTING;

  private ModelRepository(
      Path folder, ModelControl control, ServingDefaults defaults, LongSupplier clock) {
    this.folder = folder;
    this.control = control;
    this.clock = clock;
    this.loader = new ModelLoader(defaults, clock, this);
  }

  /** As the other one, with every model loaded now and none later. */
  public static ModelRepository load(Path folder, ServingDefaults defaults, LongSupplier clock) {
    return load(folder, ModelControl.none(), defaults, clock);
  }

  /**
   * Loads the models that serve from the start, several at a time, and warms them up.
   *
   * @param folder the repository
   * @param control which models these are, and who may change that later
   * @param clock monotonic nanoseconds
   * @throws ModelLoadException naming the first model that cannot be served, and why
   */
  public static ModelRepository load(
      Path folder, ModelControl control, ServingDefaults defaults, LongSupplier clock) {
    ModelRepository repository = open(folder, control, defaults, clock);
    try {
      repository.start();
    } catch (RuntimeException e) {
      repository.close();
      throw e;
    }
    return repository;
  }

  /**
   * Without any model yet: {@link #start} loads them.
   *
   * @param folder the repository
   * @param control which models serve from the start, and who may change that later
   * @param clock monotonic nanoseconds
   */
  public static ModelRepository open(
      Path folder, ModelControl control, ServingDefaults defaults, LongSupplier clock) {
    return new ModelRepository(folder, control, defaults, clock);
  }

  /**
   * Loads the models that serve from the start, several at a time, warms them up, and is ready. To
   * be called once.
   *
   * @throws ModelLoadException naming the first model that cannot be served, and why
   */
  public void start() {
    loadAtStart();
    synchronized (this) {
      if (state == ServerState.STARTING) {
        state = ServerState.READY;
      }
    }
  }

  private synchronized void stopTaking() {
    state = ServerState.DRAINING;
  }

  private void loadAtStart() {
    List<ModelFolder> folders = ModelFolder.scan(folder);
    if (folders.isEmpty() && control.mode() == ModelControl.Mode.NONE) {
      throw new ModelLoadException(
          "--model-repository "
              + folder
              + " holds no models; put a folder with a config.pbtxt for each model there");
    }
    for (String name : control.loadAtStart()) {
      if (!name.equals(ModelControl.ALL)
          && folders.stream().noneMatch(model -> model.name().equals(name))) {
        throw new ModelLoadException(
            String.format(
                "--load-model %s has no folder in %s; there are %s",
                name, folder, folders.stream().map(ModelFolder::name).toList()));
      }
    }
    ParallelStart.run(
        LoadOrder.of(folders, control::loadsAtStart),
        // Who polls is given versions that nobody has tried, and serves on whatever they are.
        control.mode() == ModelControl.Mode.POLL
            ? model -> load(model, VersionedModel::start)
            : model -> refresh(model, true),
        clock);
  }

  private void refresh(ModelFolder model, boolean again) {
    load(model, (versions, folder) -> versions.refresh(folder, again));
  }

  private void load(ModelFolder model, BiConsumer<VersionedModel, ModelFolder> how) {
    VersionedModel versions =
        models.computeIfAbsent(model.name(), name -> new VersionedModel(name, loader, retirement));
    try {
      how.accept(versions, model);
    } catch (ModelLoadException e) {
      throw new ModelLoadException("model '" + model.name() + "': " + e.getMessage(), e);
    }
  }

  /**
   * Looks at the folder once: new versions and models are loaded, those whose folders are gone are
   * unloaded, failures are logged and change nothing.
   */
  public void poll() {
    try {
      List<ModelFolder> folders = ModelFolder.scan(folder);
      for (ModelFolder model : LoadOrder.of(folders, any -> true)) {
        if (state == ServerState.DRAINING) {
          return;
        }
        pollOne(model);
      }
      for (String name : List.copyOf(models.keySet())) {
        if (folders.stream().noneMatch(model -> model.name().equals(name))) {
          LOG.info("model '{}' has no folder any more", name);
          remove(name);
        }
      }
    } catch (ModelLoadException e) {
      LOG.error("the repository was not polled: {}", e.getMessage());
    }
  }

  private void pollOne(ModelFolder model) {
    try {
      refresh(model, false);
    } catch (ModelLoadException e) {
      LOG.debug("polling found something that cannot be served", e);
    }
  }

  private void remove(String name) {
    VersionedModel gone = models.get(name);
    if (gone != null) {
      gone.unload();
      models.remove(name);
    }
  }

  @Override
  public ServedModel find(String name, String version) {
    return loaded(name, version).model();
  }

  @Override
  public HeldModel hold(String name, String version) {
    LoadedVersion before = null;
    while (true) {
      LoadedVersion loaded = loaded(name, version);
      HeldModel held = loaded.hold();
      if (held != null) {
        return held;
      }
      // A version is replaced before it goes, so the same one again has no successor.
      if (loaded == before) {
        throw ModelCatalogue.stopping(name);
      }
      before = loaded;
    }
  }

  private LoadedVersion loaded(String name, String version) {
    VersionedModel model = models.get(name);
    LoadedVersion current = model == null ? null : model.find("");
    if (model == null || current == null) {
      ModelCatalogue.requireNumber(name, version);
      throw notFound(name);
    }
    LoadedVersion loaded = version.isEmpty() ? current : model.find(version);
    if (loaded == null) {
      ModelCatalogue.requireNumber(name, version);
      throw model.notServed(version);
    }
    return loaded;
  }

  private InferenceException notFound(String name) {
    List<String> names =
        models().stream().map(served -> served.description().name()).distinct().toList();
    if (state == ServerState.STARTING) {
      return new InferenceException(
          Code.UNAVAILABLE,
          "model '"
              + name
              + "': the server is starting, and has loaded "
              + names
              + "; try again when it is ready");
    }
    return new InferenceException(
        Code.NOT_FOUND, "model '" + name + "' does not exist; there are " + names);
  }

  @Override
  public byte[] configuration(String name, String version) {
    return loaded(name, version).configuration().toByteArray();
  }

  @Override
  public List<ServedModel> models() {
    return models.values().stream()
        .map(model -> model.find(""))
        .filter(Objects::nonNull)
        .map(LoadedVersion::model)
        .toList();
  }

  @Override
  public ServerState state() {
    return state;
  }

  @Override
  public List<ModelIndexEntry> index(boolean readyOnly) {
    ModelFolder.scan(folder).stream()
        .map(ModelFolder::name)
        .forEach(
            name ->
                models.computeIfAbsent(
                    name, unknown -> new VersionedModel(unknown, loader, retirement)));
    return models.values().stream()
        .flatMap(model -> model.index().stream())
        .filter(entry -> !readyOnly || entry.state() == ModelIndexEntry.State.READY)
        .toList();
  }

  @Override
  public void load(String model) {
    requireExplicit("loaded");
    List<ModelFolder> folders = ModelFolder.scan(folder);
    if (folders.stream().noneMatch(known -> known.name().equals(model))) {
      throw new InferenceException(
          Code.NOT_FOUND, "model '" + model + "' has no folder in the repository");
    }
    try {
      for (ModelFolder part : LoadOrder.of(folders, model::equals)) {
        if (part.name().equals(model) || !serves(part.name())) {
          refresh(part, true);
        }
      }
    } catch (ModelLoadException e) {
      throw new InferenceException(Code.FAILED_PRECONDITION, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void unload(String model, boolean parts) {
    requireExplicit("unloaded");
    @Nullable VersionedModel versions = models.get(model);
    if (versions == null || versions.find("") == null) {
      throw notFound(model);
    }
    Set<String> unused = parts ? versions.parts() : Set.of();
    try {
      versions.unload();
      for (String part : unused) {
        VersionedModel known = models.get(part);
        if (known != null
            && models.values().stream().noneMatch(other -> other.parts().contains(part))) {
          known.unload();
        }
      }
    } catch (ModelLoadException e) {
      throw new InferenceException(Code.INTERNAL, String.valueOf(e.getMessage()));
    }
  }

  private boolean serves(String model) {
    VersionedModel known = models.get(model);
    return known != null && known.find("") != null;
  }

  private void requireExplicit(String what) {
    if (control.mode() != ModelControl.Mode.EXPLICIT) {
      throw new InferenceException(
          Code.UNAVAILABLE,
          "models are not "
              + what
              + " on request; start the server with --model-control-mode explicit");
    }
    if (state != ServerState.READY) {
      throw new InferenceException(
          Code.UNAVAILABLE,
          state == ServerState.STARTING
              ? "the server is starting; try again when it is ready"
              : "the server is stopping");
    }
  }

  /** Versions that were replaced or unloaded and whose memory is free again. */
  public long versionsFreed() {
    return retirement.freed();
  }

  /** Not ready from now on; done when every request that was taken is answered. */
  public CompletableFuture<Void> drain() {
    stopTaking();
    // What an ensemble has taken goes on to other models, which must still take it.
    return drain(model -> !model.parts().isEmpty())
        .thenCompose(done -> drain(model -> model.parts().isEmpty()));
  }

  private CompletableFuture<Void> drain(Predicate<VersionedModel> which) {
    return CompletableFuture.allOf(
        models.values().stream()
            .filter(which)
            .map(VersionedModel::drain)
            .toArray(CompletableFuture[]::new));
  }

  @Override
  public void close() {
    stopTaking();
    models.values().forEach(VersionedModel::close);
    retirement.close();
  }
}
