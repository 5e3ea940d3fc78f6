package io.millrace.flink.jobs;

import io.millrace.flink.config.JournaledJobSettings;
import io.millrace.flink.config.RerankJobSettings;
import io.millrace.flink.functions.AdmitItems;
import io.millrace.flink.functions.AdmitToRerank;
import io.millrace.flink.functions.DeadLetters;
import io.millrace.flink.functions.RerankFunction;
import io.millrace.flink.records.ItemUpdate;
import io.millrace.flink.records.RecordTypes;
import io.millrace.flink.records.RerankInput;
import io.millrace.flink.records.RerankedChange;
import java.time.Duration;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Lists in, what a language model holds of their candidates out, for the users' next lists.
 *
 * <pre>
 * questions ┐
 * erasures  ├ admit ─ union ─ by user ─ rerank ─ reranked-candidates
 * answers ──┘                            │  └─ gateway ─ language model
 *    │                items, broadcast ──┘        │
 *    └──────────── the journal, in Kafka ─────────┘
 * </pre>
 *
 * <p>It runs beside the recommendation job and no list waits for it: a slow model makes fewer lists
 * better, not one list later.
 */
public final class RerankJob {
  /** The job's name: on the dashboard, in dead letters and in Kafka's client ids. */
  public static final String NAME = "rerank";

  private RerankJob() {}

  /**
   * Submits the job.
   *
   * @param args {@code --config FILE.yaml}, {@code --key value}, {@code -Dkey=value}
   */
  public static void main(String[] args) throws Exception {
    JobSubmission submission = JobSubmission.of(args);
    RerankJobSettings settings = RerankJobSettings.from(submission.configuration());
    prepare(settings);
    build(submission.environment(), settings, RerankEdges.of(settings));
    submission.environment().execute(NAME);
  }

  /**
   * Creates missing topics, if the settings say so, and registers the schemas of all topics, so
   * that what does not fit is told before the job starts.
   */
  public static void prepare(RerankJobSettings settings) {
    TopicPreparation.run(RerankEdges.topics(), settings.journaled());
  }

  /**
   * Connects the job's parts in an environment, which gets the settings' Flink options.
   *
   * @param env where it will run; nothing is started here
   * @param edges sources, sinks and who answers
   */
  public static void build(
      StreamExecutionEnvironment env, RerankJobSettings settings, RerankEdges edges) {
    JournaledJobSettings shared = settings.journaled();
    JournaledEdges journaled = edges.journaled();
    env.configure(shared.flink());
    Duration skew = shared.maxFuture();
    SingleOutputStreamOperator<RerankInput> questions =
        AdmittedSource.of(
            env,
            "questions",
            edges.questions(),
            AdmitToRerank.questions(NAME, skew),
            RecordTypes.RERANK_INPUT);
    SingleOutputStreamOperator<RerankInput> erasures =
        AdmittedSource.of(
            env,
            "erasures",
            edges.erasures(),
            AdmitToRerank.erasures(NAME, skew),
            RecordTypes.RERANK_INPUT);
    SingleOutputStreamOperator<RerankInput> answers =
        AdmittedSource.of(
            env,
            "answers",
            journaled.answers(),
            AdmitToRerank.answers(NAME, skew),
            RecordTypes.RERANK_INPUT);
    SingleOutputStreamOperator<ItemUpdate> items =
        AdmittedSource.of(
            env, "items", edges.items(), new AdmitItems(NAME, skew), RecordTypes.ITEM_UPDATE);

    SingleOutputStreamOperator<RerankedChange> reranked =
        RerankFunction.connect(questions.union(erasures, answers), items, settings.rerank());
    reranked.sinkTo(edges.reranked()).name("reranked-candidates").uid("sink-reranked");
    journaled.connect(
        reranked.getSideOutput(RerankFunction.CALLS),
        reranked.getSideOutput(RerankFunction.FORGOTTEN),
        shared.gateway());

    // What other jobs read too, they refuse too: one dead letter is enough.
    questions
        .getSideOutput(DeadLetters.TAG)
        .union(answers.getSideOutput(DeadLetters.TAG))
        .sinkTo(journaled.deadLetters())
        .name("dead-letters")
        .uid("sink-dead-letters");
  }
}
