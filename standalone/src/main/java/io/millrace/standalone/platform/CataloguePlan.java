package io.millrace.standalone.platform;

import io.millrace.flink.config.CatalogueJobSettings;
import io.millrace.flink.jobs.CatalogueEdges;
import io.millrace.flink.jobs.CatalogueJob;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** The catalogue job's plan, as its own {@code main} would make it, for a known place. */
final class CataloguePlan implements JobPlan {

  /**
   * Makes the plan.
   *
   * @throws IllegalArgumentException for an option that is unknown or wrong; the message has the
   *     key, the value and the fix
   */
  @Override
  public StreamGraph make(Place place) {
    CatalogueJobSettings settings =
        CatalogueJobSettings.from(Configuration.fromMap(JobOptions.of(place)));
    StreamExecutionEnvironment env = new StreamExecutionEnvironment(settings.flink());
    CatalogueJob.build(env, settings, CatalogueEdges.of(settings));
    StreamGraph graph = env.getStreamGraph();
    graph.setJobName(CatalogueJob.NAME);
    place.restore(graph);
    return graph;
  }
}
