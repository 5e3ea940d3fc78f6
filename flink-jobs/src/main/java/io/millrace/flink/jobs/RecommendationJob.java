package io.millrace.flink.jobs;

import io.millrace.flink.config.CommandLine;
import io.millrace.flink.config.JobSettings;
import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.flink.connectors.TopicAdmin;
import io.millrace.flink.functions.AdmitErasures;
import io.millrace.flink.functions.AdmitInteractions;
import io.millrace.flink.functions.AdmitProfiles;
import io.millrace.flink.functions.AdmitRequests;
import io.millrace.flink.functions.DeadLetters;
import io.millrace.flink.functions.PopularItems;
import io.millrace.flink.functions.RecommendOperator;
import io.millrace.flink.functions.RecommendOperatorFactory;
import io.millrace.flink.records.RecordTypes;
import io.millrace.flink.records.SourceRecord;
import io.millrace.flink.records.UserInput;
import io.millrace.schemas.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;

/**
 * What users do in, recommendations out.
 *
 * <pre>
 * interactions ┐
 * requests     ├ admit ─ union ─ by user ─ recommend ─ recommendations
 * profiles     │   │                           │
 * erasures     ┘   │      popular, broadcast ──┘
 *                  ├ count by item ─ top ─ merge
 *                  └ dead-letters
 * </pre>
 */
public final class RecommendationJob {
  /** The job's name: on the dashboard, in dead letters and in Kafka's client ids. */
  public static final String NAME = "recommendations";

  private RecommendationJob() {}

  /**
   * Submits the job.
   *
   * @param args {@code --config FILE.yaml}, {@code --key value}, {@code -Dkey=value}
   */
  public static void main(String[] args) throws Exception {
    Configuration arguments = CommandLine.parse(args);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(arguments);
    // The cluster's own configuration counts as given: the job's defaults must not override it.
    Configuration configuration = Configuration.fromMap(env.getConfiguration().toMap());
    configuration.addAll(arguments);
    JobSettings settings = JobSettings.from(configuration);
    prepare(settings);
    build(env, settings, JobEdges.of(settings));
    env.execute(NAME);
  }

  /**
   * Creates missing topics, if the settings say so, and registers the schemas of all topics, so
   * that what does not fit is told before the job starts.
   */
  public static void prepare(JobSettings settings) {
    List<Topic<? extends SpecificRecord>> topics = new ArrayList<>();
    JobEdges.topics().forEach(topic -> topics.add(settings.kafka().named(topic)));
    if (settings.createTopics()) {
      try (TopicAdmin admin = new TopicAdmin(settings.kafka().clientProperties())) {
        admin.ensure(topics, settings.replication());
      }
    }
    try (SchemaRegistry registry = new SchemaRegistry(settings.registry())) {
      registry.registerAll(topics);
    }
  }

  /**
   * Connects the job's parts in an environment, which gets the settings' Flink options.
   *
   * @param env where it will run; nothing is started here
   * @param edges sources, sinks and who makes the lists
   */
  public static void build(StreamExecutionEnvironment env, JobSettings settings, JobEdges edges) {
    env.configure(settings.flink());
    Duration skew = settings.maxFuture();
    SingleOutputStreamOperator<UserInput> interactions =
        admitted(env, "interactions", edges.interactions(), new AdmitInteractions(NAME, skew));
    SingleOutputStreamOperator<UserInput> requests =
        admitted(env, "requests", edges.requests(), new AdmitRequests(NAME, skew));
    SingleOutputStreamOperator<UserInput> profiles =
        admitted(env, "profiles", edges.profiles(), new AdmitProfiles(NAME, skew));
    SingleOutputStreamOperator<UserInput> erasures =
        admitted(env, "erasures", edges.erasures(), new AdmitErasures(NAME, skew));

    RecommendOperator.connect(
            interactions.union(requests, profiles, erasures),
            PopularItems.of(interactions, settings.popular()),
            new RecommendOperatorFactory(
                settings.recommend(),
                edges.recommenders(),
                PopularFile.read(settings.initialPopular(), settings.popular().size())))
        .sinkTo(edges.recommendations())
        .name("recommendations")
        .uid("sink-recommendations");

    interactions
        .getSideOutput(DeadLetters.TAG)
        .union(
            requests.getSideOutput(DeadLetters.TAG),
            profiles.getSideOutput(DeadLetters.TAG),
            erasures.getSideOutput(DeadLetters.TAG))
        .sinkTo(edges.deadLetters())
        .name("dead-letters")
        .uid("sink-dead-letters");
  }

  private static <V extends SpecificRecord> SingleOutputStreamOperator<UserInput> admitted(
      StreamExecutionEnvironment env,
      String name,
      Source<SourceRecord<V>, ?, ?> source,
      ProcessFunction<SourceRecord<V>, UserInput> admission) {
    return env.fromSource(source, WatermarkStrategy.noWatermarks(), name)
        .uid("source-" + name)
        .process(admission, RecordTypes.USER_INPUT)
        .name("admit " + name)
        .uid("admit-" + name);
  }
}
