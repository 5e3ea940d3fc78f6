package io.millrace.standalone.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the platform tells the job, as options by key; what the user sets wins. */
final class JobOptions {
  private JobOptions() {}

  /** For a job in this process. */
  static Map<String, String> of(JobPlan.Place place) {
    Map<String, String> options = addresses(place);
    options.put("parallelism.default", String.valueOf(place.parallelism()));
    options.put("execution.checkpointing.dir", place.checkpoints().toUri().toString());
    popularFile(place.models())
        .ifPresent(file -> options.put("millrace.popular.initial-file", file.toString()));
    options.putAll(place.options());
    return options;
  }

  /** For a job on a cluster elsewhere: nothing that is a path on this machine. */
  static Map<String, String> ofRemote(JobPlan.Place place) {
    Map<String, String> options = addresses(place);
    options.putAll(place.options());
    return options;
  }

  private static Map<String, String> addresses(JobPlan.Place place) {
    Map<String, String> options = new TreeMap<>();
    options.put("millrace.kafka.bootstrap-servers", place.bootstrapServers());
    options.put("millrace.kafka.create-topics", "false");
    options.put("millrace.registry.url", place.registry().toString());
    options.put("millrace.model-server.targets", place.modelServer());
    return options;
  }

  /** The popular counts that the newest version of the recommender came with. */
  private static Optional<Path> popularFile(Path models) {
    Path recommender = models.resolve("recommender");
    if (!Files.isDirectory(recommender)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(recommender)) {
      return versions
          .filter(version -> version.getFileName().toString().matches("\\d{1,18}"))
          .max(
              Comparator.comparingLong(version -> Long.parseLong(version.getFileName().toString())))
          .map(version -> version.resolve("popular.tsv"))
          .filter(Files::isRegularFile);
    } catch (IOException e) {
      throw new PlatformException(
          "cannot read the models in " + recommender + ": " + FileProblem.reason(e), e);
    }
  }
}
