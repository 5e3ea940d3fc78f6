package io.millrace.standalone.platform;

import io.millrace.flink.config.CatalogueJobSettings;
import io.millrace.flink.config.JobSettings;
import io.millrace.flink.config.ProfileJobSettings;
import io.millrace.flink.config.RerankJobSettings;
import io.millrace.flink.jobs.CatalogueEdges;
import io.millrace.flink.jobs.CatalogueJob;
import io.millrace.flink.jobs.JobEdges;
import io.millrace.flink.jobs.ProfileEdges;
import io.millrace.flink.jobs.ProfileJob;
import io.millrace.flink.jobs.RecommendationJob;
import io.millrace.flink.jobs.RerankEdges;
import io.millrace.flink.jobs.RerankJob;
import java.util.function.Function;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * The plans of the jobs, each as its own {@code main} would make it. Making one throws {@link
 * IllegalArgumentException} for an option that is unknown or wrong, with key, value and fix.
 */
final class JobPlans {
  private JobPlans() {}

  /** Makes lists. */
  static JobPlan recommendations() {
    return place ->
        graph(
            RecommendationJob.NAME,
            place,
            options -> {
              JobSettings settings = JobSettings.from(options);
              StreamExecutionEnvironment env = new StreamExecutionEnvironment(settings.flink());
              RecommendationJob.build(env, settings, JobEdges.of(settings));
              return env;
            });
  }

  /** Has profiles written. */
  static JobPlan profiles() {
    return place ->
        graph(
            ProfileJob.NAME,
            place,
            options -> {
              ProfileJobSettings settings = ProfileJobSettings.from(options);
              StreamExecutionEnvironment env =
                  new StreamExecutionEnvironment(settings.journaled().flink());
              ProfileJob.build(env, settings, ProfileEdges.of(settings));
              return env;
            });
  }

  /** Has items written about. */
  static JobPlan catalogue() {
    return place ->
        graph(
            CatalogueJob.NAME,
            place,
            options -> {
              CatalogueJobSettings settings = CatalogueJobSettings.from(options);
              StreamExecutionEnvironment env =
                  new StreamExecutionEnvironment(settings.journaled().flink());
              CatalogueJob.build(env, settings, CatalogueEdges.of(settings));
              return env;
            });
  }

  /** Has lists looked over. */
  static JobPlan rerank() {
    return place ->
        graph(
            RerankJob.NAME,
            place,
            options -> {
              RerankJobSettings settings = RerankJobSettings.from(options);
              StreamExecutionEnvironment env =
                  new StreamExecutionEnvironment(settings.journaled().flink());
              RerankJob.build(env, settings, RerankEdges.of(settings));
              return env;
            });
  }

  private static StreamGraph graph(
      String name,
      JobPlan.Place place,
      Function<Configuration, StreamExecutionEnvironment> wiring) {
    StreamGraph graph = wiring.apply(Configuration.fromMap(JobOptions.of(place))).getStreamGraph();
    graph.setJobName(name);
    place.restore(graph);
    return graph;
  }
}
