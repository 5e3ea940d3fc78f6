package io.millrace.flink.functions;

import io.millrace.flink.inference.RecommendFailure.Reason;
import io.millrace.flink.records.PopularNow;
import io.millrace.flink.records.RecordTypes;
import io.millrace.flink.records.SharedInput;
import io.millrace.flink.records.UserInput;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendationInput;
import io.millrace.schemas.avro.RerankQuestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.util.function.ThrowingRunnable;

/** One instance of the recommending operator, with its mailbox in the test's hands. */
final class UserHarness extends AbstractStreamOperatorTestHarness<Recommendation> {
  static final int MAX_PARALLELISM = 720;
  static final long START = 1_800_000_000_000L;

  private final FakeRecommender recommender;
  private long snapshots;
  private boolean yielding;

  private UserHarness(
      RecommendOperatorFactory factory, FakeRecommender recommender, int parallelism, int subtask)
      throws Exception {
    super(factory, MAX_PARALLELISM, parallelism, subtask);
    this.recommender = recommender;
    KeySelector<UserInput, String> key = UserInput::userId;
    config.setStatePartitioner(0, key);
    config.setStateKeySerializer(StringSerializer.INSTANCE);
    config.serializeAllConfigs();
  }

  /** A running instance without a past, on the heap. */
  static UserHarness start(RecommendSettings settings, FakeRecommender recommender)
      throws Exception {
    return start(settings, recommender, PopularNow.NOTHING);
  }

  /** The same, with other settings of what happens after the model. */
  static UserHarness start(LastMileSettings lastMile, FakeRecommender recommender)
      throws Exception {
    UserHarness harness = of(Inputs.settings(), lastMile, recommender, PopularNow.NOTHING, 1, 0);
    harness.setUpOn(new HashMapStateBackend());
    harness.open();
    return harness;
  }

  static UserHarness start(
      RecommendSettings settings, FakeRecommender recommender, PopularNow initial)
      throws Exception {
    UserHarness harness = of(settings, recommender, initial, 1, 0);
    harness.setUpOn(new HashMapStateBackend());
    harness.open();
    return harness;
  }

  /** A running instance of several, with a snapshot's state, in RocksDB. */
  static UserHarness restore(
      RecommendSettings settings,
      FakeRecommender recommender,
      OperatorSubtaskState snapshot,
      int snapshotParallelism,
      int parallelism,
      int subtask)
      throws Exception {
    UserHarness harness = of(settings, recommender, PopularNow.NOTHING, parallelism, subtask);
    harness.setUpOn(new EmbeddedRocksDBStateBackend());
    harness.initializeState(
        repartitionOperatorState(
            snapshot, MAX_PARALLELISM, snapshotParallelism, parallelism, subtask));
    harness.open();
    return harness;
  }

  /** The only instance, with a snapshot's state, in RocksDB. */
  static UserHarness restore(
      LastMileSettings lastMile, FakeRecommender recommender, OperatorSubtaskState snapshot)
      throws Exception {
    UserHarness harness = of(Inputs.settings(), lastMile, recommender, PopularNow.NOTHING, 1, 0);
    harness.setUpOn(new EmbeddedRocksDBStateBackend());
    harness.initializeState(snapshot);
    harness.open();
    return harness;
  }

  /** A running instance of several without a past, in RocksDB. */
  static UserHarness startInRocksDb(
      RecommendSettings settings, FakeRecommender recommender, int parallelism, int subtask)
      throws Exception {
    UserHarness harness = of(settings, recommender, PopularNow.NOTHING, parallelism, subtask);
    harness.setUpOn(new EmbeddedRocksDBStateBackend());
    harness.initializeEmptyState();
    harness.open();
    return harness;
  }

  private static UserHarness of(
      RecommendSettings settings,
      FakeRecommender recommender,
      PopularNow initial,
      int parallelism,
      int subtask)
      throws Exception {
    return of(settings, Inputs.LAST_MILE, recommender, initial, parallelism, subtask);
  }

  private static UserHarness of(
      RecommendSettings settings,
      LastMileSettings lastMile,
      FakeRecommender recommender,
      PopularNow initial,
      int parallelism,
      int subtask)
      throws Exception {
    UserHarness harness =
        new UserHarness(
            new RecommendOperatorFactory(settings, lastMile, () -> recommender, initial),
            recommender,
            parallelism,
            subtask);
    harness.setProcessingTime(START);
    return harness;
  }

  /** The backend counts only when it is known before the set-up. */
  private void setUpOn(StateBackend backend) {
    setStateBackend(backend);
    setup(RecordTypes.RECOMMENDATION.createSerializer(new SerializerConfigImpl()));
  }

  void process(UserInput input) throws Exception {
    StreamRecord<UserInput> element = new StreamRecord<>(input);
    yielding = true;
    recommendOperator().setKeyContextElement1(element);
    recommendOperator().processElement1(element);
    yielding = false;
  }

  void process(PopularNow popular) throws Exception {
    process(new SharedInput.Popular(popular));
  }

  void process(SharedInput input) throws Exception {
    StreamRecord<SharedInput> element = new StreamRecord<>(input);
    recommendOperator().setKeyContextElement2(element);
    recommendOperator().processElement2(element);
  }

  ListMetrics metrics() {
    return recommendOperator().metrics();
  }

  /** Runs what is in the mailbox now, as the task does between two inputs. */
  void runMails() throws Exception {
    while (getTaskMailbox().hasMail()) {
      getTaskMailbox().take(0).run();
    }
  }

  /** Puts something in the mailbox: it runs when the operator yields, or with {@link #runMails}. */
  void mail(ThrowingRunnable<Exception> action) {
    getTaskMailbox().put(new Mail(action::run, 0, "of the test"));
  }

  OperatorSubtaskState snapshot() throws Exception {
    snapshots++;
    prepareSnapshotPreBarrier(snapshots);
    return snapshot(snapshots, snapshots);
  }

  /** In the format that every backend reads and that outlives a release. */
  OperatorSubtaskState savepoint() throws Exception {
    snapshots++;
    prepareSnapshotPreBarrier(snapshots);
    return snapshotWithLocalState(
            snapshots, snapshots, SavepointType.savepoint(SavepointFormatType.CANONICAL))
        .getJobManagerOwnedState();
  }

  void endInput() throws Exception {
    recommendOperator().endInput(1);
    recommendOperator().finish();
  }

  /** Whether an input is being processed: a mail that runs meanwhile runs because of a yield. */
  boolean isYielding() {
    return yielding;
  }

  /** Ends like a task whose machine fails: what is in flight is lost, nothing is finished. */
  void crash() throws Exception {
    getTaskMailbox().quiesce();
    recommendOperator().close();
  }

  /** Finishes; calls that the test left open fail, since finishing waits for them. */
  @Override
  public void close() throws Exception {
    runMails();
    while (!recommender.open.isEmpty()) {
      recommender.take(0).fail(Reason.UNAVAILABLE);
      runMails();
    }
    super.close();
  }

  /** Lists that left since the last look, in order. */
  List<Recommendation> lists() {
    List<Recommendation> lists = new ArrayList<>(extractOutputValues());
    getOutput().clear();
    return lists;
  }

  /** What lists were made from, of all lists so far. */
  List<RecommendationInput> inputs() {
    Queue<StreamRecord<RecommendationInput>> inputs = getSideOutput(RecommendOperator.INPUTS);
    return inputs == null ? List.of() : inputs.stream().map(StreamRecord::getValue).toList();
  }

  /** Lists that a language model is to look over, of all lists so far. */
  List<RerankQuestion> rerankQuestions() {
    Queue<StreamRecord<RerankQuestion>> questions =
        getSideOutput(RecommendOperator.RERANK_QUESTIONS);
    return questions == null ? List.of() : questions.stream().map(StreamRecord::getValue).toList();
  }

  long now() {
    return getProcessingTime();
  }

  private RecommendOperator recommendOperator() {
    return (RecommendOperator) getOperator();
  }
}
