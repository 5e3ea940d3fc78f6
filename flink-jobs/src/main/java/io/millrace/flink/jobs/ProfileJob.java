package io.millrace.flink.jobs;

import io.millrace.flink.config.JournaledJobSettings;
import io.millrace.flink.config.ProfileJobSettings;
import io.millrace.flink.functions.AdmitItems;
import io.millrace.flink.functions.AdmitToProfiles;
import io.millrace.flink.functions.DeadLetters;
import io.millrace.flink.functions.ProfileOperator;
import io.millrace.flink.functions.ProfileOperatorFactory;
import io.millrace.flink.records.ItemUpdate;
import io.millrace.flink.records.ProfileChange;
import io.millrace.flink.records.ProfileInput;
import io.millrace.flink.records.RecordTypes;
import java.time.Duration;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

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
    JobSubmission submission = JobSubmission.of(args);
    ProfileJobSettings settings = ProfileJobSettings.from(submission.configuration());
    prepare(settings);
    build(submission.environment(), settings, ProfileEdges.of(settings));
    submission.environment().execute(NAME);
  }

  /**
   * Creates missing topics, if the settings say so, and registers the schemas of all topics, so
   * that what does not fit is told before the job starts.
   */
  public static void prepare(ProfileJobSettings settings) {
    TopicPreparation.run(ProfileEdges.topics(), settings.journaled());
  }

  /**
   * Connects the job's parts in an environment, which gets the settings' Flink options.
   *
   * @param env where it will run; nothing is started here
   * @param edges sources, sinks and who answers
   */
  public static void build(
      StreamExecutionEnvironment env, ProfileJobSettings settings, ProfileEdges edges) {
    JournaledJobSettings shared = settings.journaled();
    JournaledEdges journaled = edges.journaled();
    env.configure(shared.flink());
    Duration skew = shared.maxFuture();
    SingleOutputStreamOperator<ProfileInput> interactions =
        AdmittedSource.of(
            env,
            "interactions",
            edges.interactions(),
            AdmitToProfiles.interactions(NAME, skew, settings.backfillAge()),
            RecordTypes.PROFILE_INPUT);
    SingleOutputStreamOperator<ProfileInput> erasures =
        AdmittedSource.of(
            env,
            "erasures",
            edges.erasures(),
            AdmitToProfiles.erasures(NAME, skew),
            RecordTypes.PROFILE_INPUT);
    SingleOutputStreamOperator<ProfileInput> refreshes =
        AdmittedSource.of(
            env,
            "refreshes",
            edges.refreshes(),
            AdmitToProfiles.refreshes(NAME, skew),
            RecordTypes.PROFILE_INPUT);
    SingleOutputStreamOperator<ProfileInput> answers =
        AdmittedSource.of(
            env,
            "answers",
            journaled.answers(),
            AdmitToProfiles.answers(NAME, skew),
            RecordTypes.PROFILE_INPUT);
    SingleOutputStreamOperator<ItemUpdate> items =
        AdmittedSource.of(
            env, "items", edges.items(), new AdmitItems(NAME, skew), RecordTypes.ITEM_UPDATE);

    SingleOutputStreamOperator<ProfileChange> profiles =
        ProfileOperator.connect(
            interactions.union(erasures, refreshes, answers),
            items,
            new ProfileOperatorFactory(settings.profile(), journaled.textEncoders()));
    profiles.sinkTo(edges.profiles()).name("profiles").uid("sink-profiles");
    journaled.connect(
        profiles.getSideOutput(ProfileOperator.CALLS),
        profiles.getSideOutput(ProfileOperator.FORGOTTEN),
        shared.gateway());

    // What the recommendation job reads too, it refuses too: one dead letter is enough.
    refreshes
        .getSideOutput(DeadLetters.TAG)
        .union(answers.getSideOutput(DeadLetters.TAG), items.getSideOutput(DeadLetters.TAG))
        .sinkTo(journaled.deadLetters())
        .name("dead-letters")
        .uid("sink-dead-letters");
  }
}
