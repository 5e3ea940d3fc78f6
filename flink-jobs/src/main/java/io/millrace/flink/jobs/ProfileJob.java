package io.millrace.flink.jobs;

import io.millrace.flink.config.CommandLine;
import io.millrace.flink.config.ProfileJobSettings;
import io.millrace.flink.functions.AdmitItems;
import io.millrace.flink.functions.AdmitToProfiles;
import io.millrace.flink.functions.DeadLetters;
import io.millrace.flink.functions.LanguageModelGateway;
import io.millrace.flink.functions.LanguageModelGatewayFactory;
import io.millrace.flink.functions.ProfileOperator;
import io.millrace.flink.functions.ProfileOperatorFactory;
import io.millrace.flink.records.ItemUpdate;
import io.millrace.flink.records.ProfileChange;
import io.millrace.flink.records.ProfileInput;
import io.millrace.flink.records.RecordTypes;
import io.millrace.flink.records.SourceRecord;
import java.time.Duration;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;

/**
 * What users do in, profiles that a language model wrote out.
 *
 * <pre>
 * interactions ┐
 * erasures     ├ admit ─ union ─ by user ─ profile ─ user-profiles
 * refreshes    │                             │  └─ gateway ─ language model
 * answers ─────┘          items, broadcast ──┘        │
 *    └──────────────── the journal, in Kafka ─────────┘
 * </pre>
 *
 * <p>It runs beside the recommendation job and never in its way: another job, whose calls are made
 * by one gateway with one budget.
 */
public final class ProfileJob {
  /** The job's name: on the dashboard, in dead letters and in Kafka's client ids. */
  public static final String NAME = "profiles";

  private ProfileJob() {}

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
    ProfileJobSettings settings = ProfileJobSettings.from(configuration);
    prepare(settings);
    build(env, settings, ProfileEdges.of(settings));
    env.execute(NAME);
  }

  /**
   * Creates missing topics, if the settings say so, and registers the schemas of all topics, so
   * that what does not fit is told before the job starts.
   */
  public static void prepare(ProfileJobSettings settings) {
    TopicPreparation.run(
        ProfileEdges.topics(),
        settings.kafka(),
        settings.registry(),
        settings.createTopics(),
        settings.replication());
  }

  /**
   * Connects the job's parts in an environment, which gets the settings' Flink options.
   *
   * @param env where it will run; nothing is started here
   * @param edges sources, sinks and who answers
   */
  public static void build(
      StreamExecutionEnvironment env, ProfileJobSettings settings, ProfileEdges edges) {
    env.configure(settings.flink());
    Duration skew = settings.maxFuture();
    SingleOutputStreamOperator<ProfileInput> interactions =
        admitted(
            env,
            "interactions",
            edges.interactions(),
            AdmitToProfiles.interactions(NAME, skew, settings.backfillAge()),
            RecordTypes.PROFILE_INPUT);
    SingleOutputStreamOperator<ProfileInput> erasures =
        admitted(
            env,
            "erasures",
            edges.erasures(),
            AdmitToProfiles.erasures(NAME, skew),
            RecordTypes.PROFILE_INPUT);
    SingleOutputStreamOperator<ProfileInput> refreshes =
        admitted(
            env,
            "refreshes",
            edges.refreshes(),
            AdmitToProfiles.refreshes(NAME, skew),
            RecordTypes.PROFILE_INPUT);
    SingleOutputStreamOperator<ProfileInput> answers =
        admitted(
            env,
            "answers",
            edges.answers(),
            AdmitToProfiles.answers(NAME, skew),
            RecordTypes.PROFILE_INPUT);
    SingleOutputStreamOperator<ItemUpdate> items =
        admitted(env, "items", edges.items(), new AdmitItems(NAME, skew), RecordTypes.ITEM_UPDATE);

    SingleOutputStreamOperator<ProfileChange> profiles =
        ProfileOperator.connect(
            interactions.union(erasures, refreshes, answers),
            items,
            new ProfileOperatorFactory(settings.profile(), edges.textEncoders()));
    profiles.sinkTo(edges.profiles()).name("profiles").uid("sink-profiles");
    profiles
        .getSideOutput(ProfileOperator.FORGOTTEN)
        .sinkTo(edges.forgotten())
        .name("forgotten answers")
        .uid("sink-forgotten");
    LanguageModelGateway.connect(
        profiles.getSideOutput(ProfileOperator.CALLS),
        new LanguageModelGatewayFactory(
            settings.gateway(), edges.languageModels(), edges.journal()));

    // What the recommendation job reads too, it refuses too: one dead letter is enough.
    refreshes
        .getSideOutput(DeadLetters.TAG)
        .union(answers.getSideOutput(DeadLetters.TAG), items.getSideOutput(DeadLetters.TAG))
        .sinkTo(edges.deadLetters())
        .name("dead-letters")
        .uid("sink-dead-letters");
  }

  private static <V extends SpecificRecord, T> SingleOutputStreamOperator<T> admitted(
      StreamExecutionEnvironment env,
      String name,
      Source<SourceRecord<V>, ?, ?> source,
      ProcessFunction<SourceRecord<V>, T> admission,
      TypeInformation<T> type) {
    return env.fromSource(source, WatermarkStrategy.noWatermarks(), name)
        .uid("source-" + name)
        .process(admission, type)
        .name("admit " + name)
        .uid("admit-" + name);
  }
}
