package io.millrace.standalone.platform;

import io.millrace.flink.config.JobSettings;
import io.millrace.flink.jobs.JobEdges;
import io.millrace.flink.jobs.RecommendationJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** The recommendation job's plan, as its own {@code main} would make it, for a known place. */
final class RecommendationPlan implements JobPlan {

  /**
   * Makes the plan.
   *
   * @throws IllegalArgumentException for an option that is unknown or wrong; the message has the
   *     key, the value and the fix
   */
  @Override
  public StreamGraph make(Place place) {
    JobSettings settings = JobSettings.from(Configuration.fromMap(options(place)));
    StreamExecutionEnvironment env = new StreamExecutionEnvironment(settings.flink());
    RecommendationJob.build(env, settings, JobEdges.of(settings));
    StreamGraph graph = env.getStreamGraph();
    graph.setJobName(RecommendationJob.NAME);
    place
        .restoreFrom()
        .ifPresent(
            checkpoint ->
                graph.setSavepointRestoreSettings(
                    SavepointRestoreSettings.forPath(
                        checkpoint.toUri().toString(), false, RecoveryClaimMode.CLAIM)));
    return graph;
  }

  /** Options for a place; what the user sets wins. */
  static Map<String, String> options(Place place) {
    Map<String, String> options = new HashMap<>();
    options.put("millrace.kafka.bootstrap-servers", place.bootstrapServers());
    options.put("millrace.kafka.create-topics", "false");
    options.put("millrace.registry.url", place.registry().toString());
    options.put("millrace.model-server.targets", place.modelServer());
    popularFile(place.models())
        .ifPresent(file -> options.put("millrace.popular.initial-file", file.toString()));
    options.put("parallelism.default", String.valueOf(place.parallelism()));
    options.put("execution.checkpointing.dir", place.checkpoints().toUri().toString());
    options.putAll(place.options());
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
