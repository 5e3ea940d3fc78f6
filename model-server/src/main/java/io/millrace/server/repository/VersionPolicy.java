package io.millrace.server.repository;

import io.millrace.schemas.inference.ModelConfig;
import io.millrace.schemas.inference.ModelVersionPolicy;
import io.millrace.server.inference.ModelLoadException;
import java.nio.file.Path;
import java.util.List;

/** Which of a model's versions are served: {@code version_policy}; without one, the newest. */
final class VersionPolicy {
  private VersionPolicy() {}

  /**
   * Chooses.
   *
   * @return version folders, newest first
   * @throws ModelLoadException if there is none to serve, or a specific one is missing
   */
  static List<Path> choose(ModelFolder folder, ModelConfig config) {
    List<Path> versions = folder.versions();
    if (versions.isEmpty()) {
      throw new ModelLoadException(
          folder.path() + " has no version; put the model into a folder '1' inside it");
    }
    ModelVersionPolicy policy = config.getVersionPolicy();
    return switch (policy.getPolicyChoiceCase()) {
      case ALL -> versions;
      case SPECIFIC -> specific(folder, policy.getSpecific().getVersionsList());
      case LATEST, POLICYCHOICE_NOT_SET ->
          versions.stream().limit(Math.max(1, policy.getLatest().getNumVersions())).toList();
    };
  }

  /**
   * What may stand in for versions that {@link #choose} gives and that cannot be loaded: all older
   * ones, newest first, unless the policy names versions.
   */
  static List<Path> standIns(ModelFolder folder, ModelConfig config) {
    if (config.getVersionPolicy().hasSpecific()) {
      return List.of();
    }
    return folder.versions().stream().skip(choose(folder, config).size()).toList();
  }

  private static List<Path> specific(ModelFolder folder, List<Long> numbers) {
    List<Path> chosen =
        folder.versions().stream()
            .filter(version -> numbers.contains(ModelFolder.number(version)))
            .toList();
    if (chosen.size() < numbers.stream().distinct().count() || chosen.isEmpty()) {
      throw new ModelLoadException(
          String.format(
              "%s: version_policy.specific.versions '%s' must name folders that exist; there are"
                  + " %s",
              folder.configFile(),
              numbers,
              folder.versions().stream().map(ModelFolder::number).toList()));
    }
    return chosen;
  }
}
