package io.millrace.flink.functions;

import io.millrace.flink.llm.LanguageModelCall;
import io.millrace.flink.llm.LanguageModelFailure.Reason;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.util.function.ThrowingRunnable;

/** The gateway, with model, journal, threads, mailbox and time in the test's hands. */
final class GatewayHarness extends AbstractStreamOperatorTestHarness<Void> {
  private static final long START = 1_800_000_000_000L;

  final FakeLanguageModel model;
  final FakeJournal journal;
  final ManualThread thread;
  private long snapshots;

  private GatewayHarness(
      GatewaySettings settings, FakeLanguageModel model, FakeJournal journal, ManualThread thread)
      throws Exception {
    super(
        new LanguageModelGatewayFactory(settings, () -> model, () -> journal, () -> thread),
        1,
        1,
        0);
    this.model = model;
    this.journal = journal;
    this.thread = thread;
    setProcessingTime(START);
    setup(Types.VOID.createSerializer(new SerializerConfigImpl()));
  }

  /** A running gateway whose journal is not read yet. */
  static GatewayHarness open(GatewaySettings settings, FakeJournal journal) throws Exception {
    GatewayHarness harness =
        new GatewayHarness(settings, new FakeLanguageModel(), journal, new ManualThread());
    harness.open();
    return harness;
  }

  /** A running gateway that has read its journal. */
  static GatewayHarness start(GatewaySettings settings, FakeJournal journal) throws Exception {
    GatewayHarness harness = open(settings, journal);
    harness.readJournal();
    return harness;
  }

  static GatewayHarness restore(
      GatewaySettings settings, FakeJournal journal, OperatorSubtaskState snapshot)
      throws Exception {
    GatewayHarness harness =
        new GatewayHarness(settings, new FakeLanguageModel(), journal, new ManualThread());
    harness.initializeState(snapshot);
    harness.open();
    harness.readJournal();
    return harness;
  }

  void readJournal() throws Exception {
    thread.run();
    runMails();
  }

  void offer(String answerId, double gain) throws Exception {
    offer(LanguageModelCalls.call(answerId, gain));
  }

  void offer(LanguageModelCall call) throws Exception {
    gateway().processElement(new StreamRecord<>(call));
  }

  /** The oldest question without an answer is answered. */
  void answer() throws Exception {
    answer(LanguageModelCalls.ESTIMATE);
  }

  void answer(int tokens) throws Exception {
    model.take().answer(tokens);
    runMails();
  }

  void fail(Reason reason) throws Exception {
    model.take().fail(reason);
    runMails();
  }

  /** Moves time on and runs what follows from it. */
  void advance(long millis) throws Exception {
    setProcessingTime(getProcessingTime() + millis);
    runMails();
  }

  /** Runs what is in the mailbox now, as the task does between two inputs. */
  void runMails() throws Exception {
    while (getTaskMailbox().hasMail()) {
      getTaskMailbox().take(0).run();
    }
  }

  /** Puts something in the mailbox: it runs when the operator yields. */
  void mail(ThrowingRunnable<Exception> action) {
    getTaskMailbox().put(new Mail(action::run, 0, "of the test"));
  }

  OperatorSubtaskState snapshot() throws Exception {
    snapshots++;
    prepareSnapshotPreBarrier(snapshots);
    return snapshot(snapshots, snapshots);
  }

  void endInput() throws Exception {
    gateway().endInput();
    gateway().finish();
  }

  /** Ends like a task whose machine fails. */
  void crash() throws Exception {
    getTaskMailbox().quiesce();
    gateway().close();
  }

  GatewayMetrics metrics() {
    return gateway().metrics();
  }

  int timers() {
    return getProcessingTimeService().getNumActiveTimers();
  }

  private LanguageModelGateway gateway() {
    return (LanguageModelGateway) getOperator();
  }
}
