package io.millrace.server.repository;

import io.millrace.schemas.inference.ModelConfig;
import io.millrace.schemas.inference.ModelEnsembling.Step;
import io.millrace.server.inference.Holds;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.ModelIndexEntry;
import io.millrace.server.inference.ModelIndexEntry.State;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.ServedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All versions of one model. What serves changes in one step: a version is loaded, warmed up and
 * checked beside those that serve, takes requests from one moment to the next, and only then the
 * one it replaces drains. A version that fails changes nothing but the index.
 */
final class VersionedModel {
  private static final Logger LOG = LoggerFactory.getLogger(VersionedModel.class);
  private static final long LONGEST_DRAIN_SECONDS = 60;

  private final String name;
  private final ModelLoader loader;
  private final VersionRetirement retirement;

  /** What requests find; never changed in place. The last entry is the current version. */
  private volatile NavigableMap<Long, LoadedVersion> serving = Collections.emptyNavigableMap();

  /** Why versions do not serve, and with which files they were tried. */
  private final NavigableMap<Long, Refusal> refused = new ConcurrentSkipListMap<>();

  /** Versions on their way in or out. */
  private final NavigableMap<Long, State> moving = new ConcurrentSkipListMap<>();

  /** Why the model as a whole cannot be loaded; empty if it can. */
  private volatile String wholeModelRefused = "";

  /** Done when what was replaced last is freed, so that two old versions never hold memory. */
  private CompletableFuture<Void> lastRetirement = CompletableFuture.completedFuture(null);

  private boolean closed;

  private record Refusal(@Nullable VersionFingerprint tried, String reason) {}

  VersionedModel(String name, ModelLoader loader, VersionRetirement retirement) {
    this.name = name;
    this.loader = loader;
    this.retirement = retirement;
  }

  /** The version of that number, or for an empty string the current one; null if none serves. */
  @Nullable LoadedVersion find(String version) {
    NavigableMap<Long, LoadedVersion> now = serving;
    if (version.isEmpty()) {
      Map.Entry<Long, LoadedVersion> newest = now.lastEntry();
      return newest == null ? null : newest.getValue();
    }
    for (LoadedVersion loaded : now.values()) {
      if (loaded.model().description().version().equals(version)) {
        return loaded;
      }
    }
    return null;
  }

  /** Numbers of the versions that serve, oldest first. */
  Collection<Long> versions() {
    return serving.keySet();
  }

  /**
   * Brings what serves in line with the folder.
   *
   * @param again also tries versions that failed with these very files
   * @throws ModelLoadException if a version that should serve cannot; what can serve does
   */
  synchronized void refresh(ModelFolder folder, boolean again) {
    ModelConfig config;
    List<Path> wanted;
    try {
      if (closed) {
        throw new ModelLoadException("the server is stopping");
      }
      awaitRetirement();
      config = ModelConfigFile.read(folder.configFile(), name);
      wanted = VersionPolicy.choose(folder, config);
      wholeModelRefused = "";
    } catch (ModelLoadException e) {
      wholeModelRefused = String.valueOf(e.getMessage());
      throw e;
    }
    refused.keySet().retainAll(wanted.stream().map(ModelFolder::number).toList());
    TreeMap<Long, LoadedVersion> next = new TreeMap<>();
    List<String> failures = new ArrayList<>();
    for (Path version : wanted) {
      long number = ModelFolder.number(version);
      LoadedVersion present = serving.get(number);
      try {
        next.put(number, upToDate(folder, config, version, present, again));
      } catch (ModelLoadException e) {
        failures.add(String.valueOf(e.getMessage()));
        if (present != null) {
          next.put(number, present);
        }
      }
    }
    if (!next.isEmpty()) {
      replace(next);
    }
    if (!failures.isEmpty()) {
      throw new ModelLoadException(String.join("; ", failures));
    }
  }

  /**
   * As {@link #refresh} with nothing served yet; where no version that should serve can, the newest
   * of the older ones that can does. So a server that is started again finds what it served before
   * newer versions were refused.
   *
   * @throws ModelLoadException if there is none either, or a version that the policy names cannot
   *     serve
   */
  synchronized void start(ModelFolder folder) {
    try {
      refresh(folder, true);
    } catch (ModelLoadException refusal) {
      if (closed) {
        throw refusal;
      }
      ModelConfig config = ModelConfigFile.read(folder.configFile(), name);
      for (Path version : VersionPolicy.standIns(folder, config)) {
        if (serving.isEmpty()) {
          standIn(folder, config, version);
        }
      }
      if (serving.isEmpty() || config.getVersionPolicy().hasSpecific()) {
        throw refusal;
      }
    }
  }

  private void standIn(ModelFolder folder, ModelConfig config, Path version) {
    long number = ModelFolder.number(version);
    try {
      replace(new TreeMap<>(Map.of(number, upToDate(folder, config, version, null, true))));
      LOG.warn("model '{}' version {} serves, as newer ones cannot", name, number);
    } catch (ModelLoadException e) {
      LOG.debug("an older version cannot be served either", e);
    }
  }

  private LoadedVersion upToDate(
      ModelFolder folder,
      ModelConfig config,
      Path version,
      @Nullable LoadedVersion present,
      boolean again) {
    long number = ModelFolder.number(version);
    VersionFingerprint now = VersionFingerprint.of(version, folder.configFile());
    if (present != null && present.fingerprint().equals(now)) {
      return present;
    }
    Refusal before = refused.get(number);
    // An ensemble may fail for what its models lack, which its own files do not show.
    if (!again
        && !ModelConfigFile.isEnsemble(config)
        && before != null
        && now.equals(before.tried())) {
      throw new ModelLoadException(before.reason());
    }
    moving.put(number, State.LOADING);
    try {
      ServedModel model = loader.load(folder, version, config);
      ModelConfig completed = CompletedConfig.of(config, model.description());
      LoadedVersion loaded = new LoadedVersion(number, model, completed, now, new Holds());
      refused.remove(number);
      return loaded;
    } catch (ModelLoadException e) {
      refused.put(number, new Refusal(now, String.valueOf(e.getMessage())));
      LOG.error("model '{}' version {} is not served: {}", name, number, e.getMessage());
      throw e;
    } finally {
      moving.remove(number);
    }
  }

  private void replace(NavigableMap<Long, LoadedVersion> next) {
    NavigableMap<Long, LoadedVersion> before = serving;
    serving = Collections.unmodifiableNavigableMap(next);
    for (LoadedVersion version : next.values()) {
      if (before.get(version.number()) != version) {
        LOG.info(
            "model '{}' version {} is ready: {}",
            name,
            version.number(),
            new TreeMap<>(version.model().description().properties()));
      }
    }
    List<CompletableFuture<Void>> retired = new ArrayList<>();
    // What was replaced a moment ago may still answer what it has taken.
    retired.add(lastRetirement);
    for (LoadedVersion version : before.values()) {
      if (next.get(version.number()) != version) {
        retired.add(retire(version));
      }
    }
    lastRetirement = CompletableFuture.allOf(retired.toArray(CompletableFuture[]::new));
  }

  private CompletableFuture<Void> retire(LoadedVersion version) {
    boolean gone = !serving.containsKey(version.number());
    if (gone) {
      moving.put(version.number(), State.UNLOADING);
    }
    return retirement
        .retire(version)
        .whenComplete(
            (done, failure) -> {
              if (gone && moving.remove(version.number(), State.UNLOADING)) {
                refused.putIfAbsent(version.number(), new Refusal(null, "unloaded"));
              }
            });
  }

  /** Serves nothing any more; returns when what was taken is answered and the memory is free. */
  synchronized void unload() {
    replace(Collections.emptyNavigableMap());
    awaitRetirement();
  }

  private void awaitRetirement() {
    try {
      lastRetirement.get(LONGEST_DRAIN_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new ModelLoadException(
          String.format(
              "model '%s': the version that was replaced still computes after %d s; load again"
                  + " when it has ended, or restart the server",
              name, LONGEST_DRAIN_SECONDS),
          e);
    } catch (ExecutionException e) {
      throw new ModelLoadException("model '" + name + "': unloading failed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelLoadException("model '" + name + "': interrupted while unloading", e);
    }
  }

  /** The models that what serves is made of; empty but for ensembles. */
  Set<String> parts() {
    return serving.values().stream()
        .flatMap(version -> version.configuration().getEnsembleScheduling().getStepList().stream())
        .map(Step::getModelName)
        .collect(Collectors.toSet());
  }

  /** No version takes requests from now on; done when all that was taken is answered. */
  CompletableFuture<Void> drain() {
    return CompletableFuture.allOf(
        serving.values().stream().map(LoadedVersion::drain).toArray(CompletableFuture[]::new));
  }

  /** Frees every version; requests that wait fail. */
  synchronized void close() {
    closed = true;
    serving.values().forEach(version -> version.model().close());
    serving = Collections.emptyNavigableMap();
  }

  /** Every version that there is something to say about, oldest first. */
  List<ModelIndexEntry> index() {
    TreeMap<Long, ModelIndexEntry> entries = new TreeMap<>();
    refused.forEach(
        (number, why) -> entries.put(number, entry(number, State.UNAVAILABLE, why.reason())));
    moving.forEach((number, state) -> entries.put(number, entry(number, state, "")));
    serving
        .keySet()
        .forEach(
            number -> entries.merge(number, entry(number, State.READY, ""), VersionedModel::ready));
    if (entries.isEmpty()) {
      return List.of(new ModelIndexEntry(name, "", State.UNAVAILABLE, wholeModelRefused));
    }
    return List.copyOf(entries.values());
  }

  /** A version that serves and whose changed files were refused says so. */
  private static ModelIndexEntry ready(ModelIndexEntry other, ModelIndexEntry ready) {
    return new ModelIndexEntry(ready.name(), ready.version(), State.READY, other.reason());
  }

  private ModelIndexEntry entry(long number, State state, String reason) {
    return new ModelIndexEntry(name, Long.toString(number), state, reason);
  }

  /** The failure of a request that names a version which does not serve. */
  InferenceException notServed(String version) {
    return new InferenceException(
        InferenceException.Code.NOT_FOUND,
        String.format(
            "model '%s' has no version '%s' loaded; it serves %s",
            name, version, String.join(", ", versions().stream().map(String::valueOf).toList())));
  }

  /** The models of all versions. */
  List<ServedModel> models() {
    return serving.values().stream().map(LoadedVersion::model).toList();
  }
}
