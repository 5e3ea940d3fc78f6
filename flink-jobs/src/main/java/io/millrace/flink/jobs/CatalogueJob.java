package io.millrace.flink.jobs;

import io.millrace.flink.config.CatalogueJobSettings;
import io.millrace.flink.config.JournaledJobSettings;
import io.millrace.flink.functions.AdmitAnswers;
import io.millrace.flink.functions.AdmitItems;
import io.millrace.flink.functions.CatalogueSettings;
import io.millrace.flink.functions.DeadLetters;
import io.millrace.flink.functions.EncodeKnowledge;
import io.millrace.flink.functions.KnowledgeFunction;
import io.millrace.flink.records.ItemUpdate;
import io.millrace.flink.records.KnowledgeChange;
import io.millrace.flink.records.RecordTypes;
import io.millrace.schemas.avro.LanguageModelAnswer;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Items in, what a language model knows of them out, once for each version of an item.
 *
 * <pre>
 * items ── admit ─┐
 *                 ├ by item ─ knowledge ─ encode ─ item-knowledge
 * answers ────────┘              └─ gateway ─ language model
 *    └────────── the journal, in Kafka ────────┘
 * </pre>
 *
 * <p>The catalogue is as large as it is, and nothing waits for it: it has a budget of its own, and
 * a journal of its own, since an item may be called what a user is called.
 */
public final class CatalogueJob {
  /** The job's name: on the dashboard, in dead letters and in Kafka's client ids. */
  public static final String NAME = "catalogue";

  private CatalogueJob() {}

  /**
   * Submits the job.
   *
   * @param args {@code --config FILE.yaml}, {@code --key value}, {@code -Dkey=value}
   */
  public static void main(String[] args) throws Exception {
    JobSubmission submission = JobSubmission.of(args);
    CatalogueJobSettings settings = CatalogueJobSettings.from(submission.configuration());
    prepare(settings);
    build(submission.environment(), settings, CatalogueEdges.of(settings));
    submission.environment().execute(NAME);
  }

  /**
   * Creates missing topics, if the settings say so, and registers the schemas of all topics, so
   * that what does not fit is told before the job starts.
   */
  public static void prepare(CatalogueJobSettings settings) {
    TopicPreparation.run(CatalogueEdges.topics(), settings.journaled());
  }

  /**
   * Connects the job's parts in an environment, which gets the settings' Flink options.
   *
   * @param env where it will run; nothing is started here
   * @param edges sources, sinks and who answers
   */
  public static void build(
      StreamExecutionEnvironment env, CatalogueJobSettings settings, CatalogueEdges edges) {
    JournaledJobSettings shared = settings.journaled();
    JournaledEdges journaled = edges.journaled();
    env.configure(shared.flink());
    SingleOutputStreamOperator<ItemUpdate> items =
        AdmittedSource.of(
            env,
            "items",
            edges.items(),
            new AdmitItems(NAME, shared.maxFuture()),
            RecordTypes.ITEM_UPDATE);
    SingleOutputStreamOperator<LanguageModelAnswer> answers =
        AdmittedSource.of(
            env,
            "answers",
            journaled.answers(),
            new AdmitAnswers(NAME, shared.maxFuture()),
            RecordTypes.avro(LanguageModelAnswer.class));

    CatalogueSettings catalogue = settings.catalogue();
    SingleOutputStreamOperator<KnowledgeChange> knowledge =
        items
            .keyBy(ItemUpdate::itemId, Types.STRING)
            .connect(answers.keyBy(LanguageModelAnswer::getSubject, Types.STRING))
            .process(new KnowledgeFunction(catalogue), RecordTypes.KNOWLEDGE_CHANGE)
            .name("knowledge")
            .uid("knowledge");
    // In order: the newest version of an item has to be the last one.
    AsyncDataStream.orderedWait(
            knowledge,
            new EncodeKnowledge(journaled.textEncoders()),
            catalogue.encodingTimeout().toMillis(),
            TimeUnit.MILLISECONDS,
            catalogue.maxEncoding())
        .name("encode")
        .uid("encode")
        .sinkTo(edges.knowledge())
        .name("item-knowledge")
        .uid("sink-knowledge");
    journaled.connect(
        knowledge.getSideOutput(KnowledgeFunction.CALLS),
        knowledge.getSideOutput(KnowledgeFunction.FORGOTTEN),
        shared.gateway());
    // What the profile job reads too, it refuses too: one dead letter is enough.
    answers
        .getSideOutput(DeadLetters.TAG)
        .sinkTo(journaled.deadLetters())
        .name("dead-letters")
        .uid("sink-dead-letters");
  }
}
