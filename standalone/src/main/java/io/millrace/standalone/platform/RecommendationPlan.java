package io.millrace.standalone.platform;

import io.millrace.flink.config.JobSettings;
import io.millrace.flink.jobs.JobEdges;
import io.millrace.flink.jobs.RecommendationJob;
import org.apache.flink.configuration.Configuration;
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
    JobSettings settings = JobSettings.from(Configuration.fromMap(JobOptions.of(place)));
    StreamExecutionEnvironment env = new StreamExecutionEnvironment(settings.flink());
    RecommendationJob.build(env, settings, JobEdges.of(settings));
    StreamGraph graph = env.getStreamGraph();
    graph.setJobName(RecommendationJob.NAME);
    place.restore(graph);
    return graph;
  }
}
