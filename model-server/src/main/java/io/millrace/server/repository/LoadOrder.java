package io.millrace.server.repository;

import io.millrace.schemas.inference.ModelEnsembling.Step;
import io.millrace.server.inference.ModelLoadException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Puts models before the ensembles that are made of them. */
final class LoadOrder {
  private final Map<String, ModelFolder> all = new LinkedHashMap<>();
  private final Set<ModelFolder> order = new LinkedHashSet<>();

  private LoadOrder(List<ModelFolder> folders) {
    folders.forEach(folder -> all.put(folder.name(), folder));
  }

  /**
   * The wanted ones, and those that they are made of.
   *
   * @throws ModelLoadException if ensembles are made of each other
   */
  static List<ModelFolder> of(List<ModelFolder> folders, Predicate<String> wanted) {
    LoadOrder order = new LoadOrder(folders);
    for (ModelFolder folder : folders) {
      if (wanted.test(folder.name())) {
        order.add(folder, new LinkedHashSet<>());
      }
    }
    return new ArrayList<>(order.order);
  }

  /**
   * Adds a model after those that it is made of.
   *
   * @param path the ensembles that this one is a part of, outermost first
   */
  private void add(ModelFolder folder, Set<String> path) {
    if (!path.add(folder.name())) {
      throw new ModelLoadException(
          String.format(
              "%s: the ensembles %s are made of each other; no request would end",
              folder.configFile(), path));
    }
    for (String part : parts(folder)) {
      ModelFolder known = all.get(part);
      if (known != null) {
        add(known, path);
      }
    }
    path.remove(folder.name());
    order.add(folder);
  }

  /** Nothing for a configuration that cannot be read: loading it says why. */
  private static List<String> parts(ModelFolder folder) {
    try {
      return ModelConfigFile.read(folder.configFile(), folder.name())
          .getEnsembleScheduling()
          .getStepList()
          .stream()
          .map(Step::getModelName)
          .distinct()
          .toList();
    } catch (ModelLoadException e) {
      return List.of();
    }
  }
}
