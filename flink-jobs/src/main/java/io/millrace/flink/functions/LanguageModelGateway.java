package io.millrace.flink.functions;

import io.millrace.flink.llm.AnswerJournal;
import io.millrace.flink.llm.LanguageModel;
import io.millrace.flink.llm.LanguageModelCall;
import io.millrace.flink.llm.LanguageModelFactory;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * The job's only way to the language model: takes every call, asks those of most gain within one
 * token budget, and writes the answers to the journal, through which they come back to whom they
 * concern. Has no parallelism, so that the budget is one, and no output.
 *
 * <p><b>Snapshots.</b> It has no state: a barrier passes at once, whatever is waiting or in flight.
 * Who made a call keeps it until its answer comes through the journal, and makes it again after a
 * restore, and after a while without an answer. What the journal had when the task started is not
 * asked again.
 *
 * <p><b>Back-pressure.</b> There is none: a call that finds no place among those that wait is
 * dropped and counted, and so is one that failed. Who made it offers it again.
 *
 * <p><b>What could leak.</b> A call waits until it is asked, or left out for one of more gain:
 * their number is bounded. A call in flight holds its place until the model answers, which its
 * contract has it do, and its answer is written, for which there is a number of attempts. The ids
 * of the journal are kept in memory; how many there are is the journal's compaction to bound.
 */
public final class LanguageModelGateway extends AbstractStreamOperator<Void>
    implements OneInputStreamOperator<LanguageModelCall, Void>, BoundedOneInput {
  private static final long serialVersionUID = 1L;

  private final transient GatewaySettings settings;
  private final transient LanguageModelFactory models;
  private final transient AnswerJournal.Factory journals;
  private final transient ExecutorService background;
  private final transient MailboxExecutor mailbox;

  private transient @Nullable LanguageModel model;
  private transient @Nullable JournalReading reading;
  private transient @Nullable GatewayMetrics metrics;
  private transient @Nullable CallDispatch dispatch;

  LanguageModelGateway(
      StreamOperatorParameters<Void> parameters,
      GatewaySettings settings,
      LanguageModelFactory models,
      AnswerJournal.Factory journals,
      ExecutorService background) {
    super(parameters);
    this.settings = settings;
    this.models = models;
    this.journals = journals;
    this.background = background;
    this.mailbox = parameters.getMailboxExecutor();
  }

  /** Puts the gateway behind everything that makes calls, with its uid. */
  public static void connect(
      DataStream<LanguageModelCall> calls, LanguageModelGatewayFactory factory) {
    calls
        .transform("language model gateway", Types.VOID, factory)
        .uid("language-model-gateway")
        .forceNonParallel();
  }

  @Override
  public void open() throws Exception {
    super.open();
    model = models.create();
    metrics = new GatewayMetrics(getMetricGroup());
    CallDispatch opened =
        new CallDispatch(settings, model, mailbox, getProcessingTimeService(), metrics);
    dispatch = opened;
    reading =
        new JournalReading(
            journals, background, mailbox, getProcessingTimeService(), opened::journalRead);
    reading.start();
  }

  @Override
  public void processElement(StreamRecord<LanguageModelCall> element) {
    dispatch().offer(element.getValue());
  }

  /**
   * Asks what is left, for a while; when {@link #finish} is called there are no timers any more.
   */
  @Override
  public void endInput() throws Exception {
    OncePerPeriod end =
        new OncePerPeriod(getProcessingTimeService(), settings.drainTimeout(), () -> {});
    end.arm();
    while (dispatch().isBusy() && end.isArmed()) {
      mailbox.yield();
    }
  }

  @Override
  public void close() throws Exception {
    if (reading != null) {
      reading.close();
    } else {
      background.shutdownNow();
    }
    if (model != null) {
      model.close();
    }
    super.close();
  }

  /** What was counted. */
  GatewayMetrics metrics() {
    return Objects.requireNonNull(metrics, "not opened");
  }

  private CallDispatch dispatch() {
    return Objects.requireNonNull(dispatch, "not opened");
  }
}
