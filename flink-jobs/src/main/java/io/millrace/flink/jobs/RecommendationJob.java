package io.millrace.flink.jobs;

import io.millrace.flink.config.JobSettings;
import io.millrace.flink.functions.AdmitCatalogue;
import io.millrace.flink.functions.AdmitErasures;
import io.millrace.flink.functions.AdmitInteractions;
import io.millrace.flink.functions.AdmitProfiles;
import io.millrace.flink.functions.AdmitRequests;
import io.millrace.flink.functions.AdmitReranked;
import io.millrace.flink.functions.AdmitRules;
import io.millrace.flink.functions.DeadLetters;
import io.millrace.flink.functions.PopularItems;
import io.millrace.flink.functions.RecommendOperator;
import io.millrace.flink.functions.RecommendOperatorFactory;
import io.millrace.flink.records.RecordTypes;
import io.millrace.flink.records.SharedInput;
import io.millrace.flink.records.SourceRecord;
import io.millrace.flink.records.UserInput;
import io.millrace.schemas.avro.Recommendation;
import java.time.Duration;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;

/**
 * What users do in, recommendations out.
 *
 * <pre>
 * interactions ┐
 * requests     ├ admit ─ union ─ by user ─ recommend ─ recommendations
 * profiles     │   │        │                  │   ├── recommendation-inputs
 * reranked     │   │        │                  │   └── rerank-questions
 * erasures     ┘   │   of users                │
 *                  │        │                  │
 * rules ─────── admit ──────┴── broadcast ─────┤
 * items ─────── admit ───────── broadcast ─────┤
 *                  ├ count by item ─ top ─ merge, broadcast
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
    JobSubmission submission = JobSubmission.of(args);
    JobSettings settings = JobSettings.from(submission.configuration());
    prepare(settings);
    build(submission.environment(), settings, JobEdges.of(settings));
    submission.environment().execute(NAME);
  }

  /**
   * Creates missing topics, if the settings say so, and registers the schemas of all topics, so
   * that what does not fit is told before the job starts.
   */
  public static void prepare(JobSettings settings) {
    TopicPreparation.run(
        JobEdges.topics(),
        settings.kafka(),
        settings.registry(),
        settings.createTopics(),
        settings.replication());
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
    SingleOutputStreamOperator<UserInput> reranked =
        admitted(env, "reranked", edges.reranked(), new AdmitReranked(NAME, skew));
    SingleOutputStreamOperator<UserInput> erasures =
        admitted(env, "erasures", edges.erasures(), new AdmitErasures(NAME, skew));

    SingleOutputStreamOperator<SharedInput> rules =
        AdmittedSource.of(
            env, "rules", edges.rules(), new AdmitRules(NAME, skew), RecordTypes.SHARED_INPUT);
    SingleOutputStreamOperator<SharedInput> items =
        AdmittedSource.of(
            env, "items", edges.items(), new AdmitCatalogue(NAME, skew), RecordTypes.SHARED_INPUT);

    SingleOutputStreamOperator<Recommendation> lists =
        RecommendOperator.connect(
            interactions.union(
                requests, profiles, reranked, erasures, rules.getSideOutput(AdmitRules.OF_USERS)),
            PopularItems.of(interactions, settings.popular()).union(rules, items),
            new RecommendOperatorFactory(
                settings.recommend(),
                settings.lastMile(),
                edges.recommenders(),
                PopularFile.read(settings.initialPopular(), settings.popular().size())));
    lists
        .getSideOutput(RecommendOperator.INPUTS)
        .sinkTo(edges.recommendationInputs())
        .name("recommendation-inputs")
        .uid("sink-recommendation-inputs");
    lists
        .getSideOutput(RecommendOperator.RERANK_QUESTIONS)
        .sinkTo(edges.rerankQuestions())
        .name("rerank-questions")
        .uid("sink-rerank-questions");
    lists.sinkTo(edges.recommendations()).name("recommendations").uid("sink-recommendations");

    interactions
        .getSideOutput(DeadLetters.TAG)
        .union(
            requests.getSideOutput(DeadLetters.TAG),
            profiles.getSideOutput(DeadLetters.TAG),
            reranked.getSideOutput(DeadLetters.TAG),
            rules.getSideOutput(DeadLetters.TAG),
            items.getSideOutput(DeadLetters.TAG),
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
    return AdmittedSource.of(env, name, source, admission, RecordTypes.USER_INPUT);
  }
}
