package io.millrace.standalone.platform;

import io.millrace.flink.config.ProfileJobSettings;
import io.millrace.flink.jobs.ProfileEdges;
import io.millrace.flink.jobs.ProfileJob;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** The profile job's plan, as its own {@code main} would make it, for a known place. */
final class ProfilePlan implements JobPlan {

  /**
   * Makes the plan.
   *
   * @throws IllegalArgumentException for an option that is unknown or wrong; the message has the
   *     key, the value and the fix
   */
  @Override
  public StreamGraph make(Place place) {
    ProfileJobSettings settings =
        ProfileJobSettings.from(Configuration.fromMap(JobOptions.of(place)));
    StreamExecutionEnvironment env = new StreamExecutionEnvironment(settings.flink());
    ProfileJob.build(env, settings, ProfileEdges.of(settings));
    StreamGraph graph = env.getStreamGraph();
    graph.setJobName(ProfileJob.NAME);
    place.restore(graph);
    return graph;
  }
}
