package io.millrace.flink.functions;

import io.millrace.flink.llm.LanguageModelFailure.Reason;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * What the dashboard shows of questions to the language model. Histograms are over the newest
 * {@value #WINDOW}, in milliseconds; gauges are as of the newest change, those of gains as of the
 * last few seconds.
 */
final class GatewayMetrics {
  private static final int WINDOW = 1000;
  private static final double MEDIAN = 0.5;
  private static final double TENTH = 0.1;

  private final Map<Reason, Counter> failures = new EnumMap<>(Reason.class);
  private final Histogram wait;
  private final Histogram answer;
  private volatile int waiting;
  private volatile int inFlight;
  private volatile double budgetUsed;
  private volatile int leftAlone;
  private volatile double gainHighest = Double.NaN;
  private volatile double gainTenth = Double.NaN;
  private volatile double gainMedian = Double.NaN;
  private volatile double gainLeast = Double.NaN;

  /** Questions that came, again or for the first time. */
  final Counter offered;

  /** Questions that the journal has an answer to. */
  final Counter replayedFromJournal;

  /** Questions that wait or are asked already. */
  final Counter duplicates;

  /** Questions that left because too many of more gain wait. */
  final Counter dropped;

  /** Questions that were asked. */
  final Counter asked;

  /** Questions whose answer is in the journal. */
  final Counter answered;

  /** Questions that were answered too often with what cannot be used: their answer is empty. */
  final Counter givenUp;

  /** Answers that could not be written to the journal. */
  final Counter journalFailures;

  /** Tokens spent, as far as is known. */
  final Counter tokens;

  GatewayMetrics(MetricGroup group) {
    for (Reason reason : Reason.values()) {
      failures.put(reason, group.counter("failures_" + reason.name().toLowerCase(Locale.ROOT)));
    }
    offered = group.counter("callsOffered");
    replayedFromJournal = group.counter("callsReplayedFromJournal");
    duplicates = group.counter("callsDuplicate");
    dropped = group.counter("callsDropped");
    asked = group.counter("callsAsked");
    answered = group.counter("callsAnswered");
    givenUp = group.counter("callsGivenUp");
    journalFailures = group.counter("journalFailures");
    tokens = group.counter("tokens");
    group.meter("tokensPerSecond", new MeterView(tokens));
    wait = group.histogram("waitMillis", new DescriptiveStatisticsHistogram(WINDOW));
    answer = group.histogram("answerMillis", new DescriptiveStatisticsHistogram(WINDOW));
    group.gauge("callsWaiting", () -> waiting);
    group.gauge("callsInFlight", () -> inFlight);
    group.gauge("budgetUsed", () -> budgetUsed);
    group.gauge("endpointLeftAlone", () -> leftAlone);
    group.gauge("waitingGainHighest", () -> gainHighest);
    group.gauge("waitingGainHighestTenth", () -> gainTenth);
    group.gauge("waitingGainMedian", () -> gainMedian);
    group.gauge("waitingGainLeast", () -> gainLeast);
  }

  /** A question is asked after it waited. */
  void asked(long waitMillis) {
    asked.inc();
    wait.update(waitMillis);
  }

  /** An answer came, good or not, after this time. */
  void came(long answerMillis, int spent) {
    answer.update(answerMillis);
    tokens.inc(spent);
  }

  Counter failures(Reason reason) {
    return Objects.requireNonNull(failures.get(reason), "every reason has a counter");
  }

  /** Shows how things stand; cheap. */
  void show(int nowWaiting, int nowInFlight, double nowUsed, boolean nowLeftAlone) {
    waiting = nowWaiting;
    inFlight = nowInFlight;
    budgetUsed = nowUsed;
    leftAlone = nowLeftAlone ? 1 : 0;
  }

  /** Shows which gains wait; looks at all of them. */
  void showGains(WaitingCalls calls) {
    gainHighest = calls.gainOf(0);
    gainTenth = calls.gainOf(TENTH);
    gainMedian = calls.gainOf(MEDIAN);
    gainLeast = calls.gainOf(1);
  }
}
