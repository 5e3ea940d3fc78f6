package io.millrace.flink.functions;

import io.millrace.flink.llm.AnswerJournal;
import io.millrace.flink.llm.ChatAnswer;
import io.millrace.flink.llm.LanguageModel;
import io.millrace.flink.llm.LanguageModelCall;
import io.millrace.flink.llm.LanguageModelFailure;
import io.millrace.flink.llm.LanguageModelFailure.Reason;
import io.millrace.flink.llm.TokenEstimate;
import io.millrace.schemas.avro.LanguageModelAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.util.function.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the calls that wait, as fast as concurrency, budget and endpoint allow, and writes the
 * answers to the journal. A call holds its place until its answer is written: while the journal
 * cannot be written, nothing more is paid for. A question that is given up has an empty answer
 * there, which nobody can use, so that nobody puts it again.
 *
 * <p>Everything here runs in the task's thread; answers come back through the mailbox.
 */
final class CallDispatch {
  private static final Logger LOG = LoggerFactory.getLogger(CallDispatch.class);

  /** How soon it is looked again whether budget and endpoint allow a call. */
  private static final Duration LOOK = Duration.ofMillis(250);

  private static final Duration SHOW_GAINS = Duration.ofSeconds(5);
  private static final Duration LOG_PAUSE = Duration.ofSeconds(10);

  private static final int REMEMBERED_ANSWERS = 100_000;
  private static final int REMEMBERED_FAILURES = 10_000;

  /** A call that has its place. */
  private record InFlight(LanguageModelCall call, int reserved, long askedAt) {}

  private final GatewaySettings settings;
  private final LanguageModel model;
  private final MailboxExecutor mailbox;
  private final ProcessingTimeService time;
  private final GatewayMetrics metrics;
  private final WaitingCalls waiting;
  private final TokenBudget budget;
  private final EndpointPause pause;
  private final Map<String, InFlight> inFlight = new HashMap<>();
  private final GivenUpQuestions givenUp = new GivenUpQuestions(REMEMBERED_FAILURES);
  private final OncePerPeriod look;
  private final OncePerPeriod showGains;
  private @Nullable JournalWriting journal;
  private @Nullable AnsweredIds answered;
  private long logAgainAt = Long.MIN_VALUE;

  CallDispatch(
      GatewaySettings settings,
      LanguageModel model,
      MailboxExecutor mailbox,
      ProcessingTimeService time,
      GatewayMetrics metrics) {
    this.settings = settings;
    this.model = model;
    this.mailbox = mailbox;
    this.time = time;
    this.metrics = metrics;
    this.waiting = new WaitingCalls(settings.maxWaiting());
    this.budget = new TokenBudget(settings.tokensPerMinute(), this::monotonicMillis);
    this.pause = new EndpointPause(this::monotonicMillis);
    this.look = new OncePerPeriod(time, LOOK, this::askMore);
    this.showGains = new OncePerPeriod(time, SHOW_GAINS, this::showGains);
  }

  private long monotonicMillis() {
    return time.getClock().relativeTimeMillis();
  }

  /** From now on calls are asked, but for those that the journal has. */
  void journalRead(AnswerJournal opened, Set<String> ids) {
    journal = new JournalWriting(opened, time, (action, what) -> mail(action::run, what));
    answered = new AnsweredIds(ids, REMEMBERED_ANSWERS);
    LOG.info("The journal has {} answers; {} questions wait", ids.size(), waiting.size());
    metrics.replayedFromJournal.inc(waiting.removeIf(ids::contains));
    askMore();
  }

  /** Lets a call wait for its turn, unless it is known. */
  void offer(LanguageModelCall call) {
    metrics.offered.inc();
    if (answered != null && answered.contains(call.answerId())) {
      metrics.replayedFromJournal.inc();
      return;
    }
    if (inFlight.containsKey(call.answerId())) {
      metrics.duplicates.inc();
      return;
    }
    if (waiting.contains(call.answerId())) {
      metrics.duplicates.inc();
    }
    if (waiting.offer(call, monotonicMillis()) != null) {
      metrics.dropped.inc();
    }
    askMore();
  }

  /** Whether anything waits or is on its way. */
  boolean isBusy() {
    return waiting.size() > 0 || !inFlight.isEmpty();
  }

  private void askMore() {
    WaitingCalls.Waiting next = waiting.best();
    while (journal != null && next != null && inFlight.size() < settings.concurrency()) {
      int tokens = TokenEstimate.atMost(next.call().request());
      if (!pause.mayAsk(inFlight.size()) || !budget.tryReserve(tokens)) {
        look.arm();
        break;
      }
      waiting.remove(next.call().answerId());
      metrics.asked(monotonicMillis() - next.since());
      ask(new InFlight(next.call(), tokens, monotonicMillis()));
      next = waiting.best();
    }
    show();
  }

  private void ask(InFlight flight) {
    inFlight.put(flight.call().answerId(), flight);
    CompletableFuture<ChatAnswer> asked;
    try {
      asked = model.ask(flight.call().request());
    } catch (RuntimeException e) {
      // It must not throw; one that does costs a profile its turn, not the job its life.
      asked = CompletableFuture.failedFuture(e);
    }
    var unused =
        asked.whenComplete(
            (answer, failure) -> mail(() -> came(flight, answer, failure), "an answer"));
  }

  private void came(InFlight flight, @Nullable ChatAnswer answer, @Nullable Throwable failure) {
    long took = monotonicMillis() - flight.askedAt();
    if (answer != null) {
      pause.answered();
      budget.settle(flight.reserved(), answer.tokens());
      metrics.came(took, answer.tokens());
      givenUp.answered(flight.call().answerId());
      write(flight, answer);
      return;
    }
    LanguageModelFailure expected = expected(failure);
    int spent = spent(flight, expected);
    pause.failed(expected);
    budget.settle(flight.reserved(), spent);
    metrics.came(took, spent);
    metrics.failures(expected.reason()).inc();
    log(expected);
    if (givenUp.failed(flight.call().answerId(), expected.reason())) {
      metrics.givenUp.inc();
      write(flight, new ChatAnswer("", "", 0, 0));
      return;
    }
    leave(flight);
  }

  /** A call without an answer in time may have cost all that it could. */
  private static int spent(InFlight flight, LanguageModelFailure failure) {
    return failure.reason() == Reason.TIMEOUT ? flight.reserved() : failure.tokens();
  }

  private LanguageModelAnswer record(LanguageModelCall call, ChatAnswer answer) {
    return new LanguageModelAnswer(
        call.answerId(),
        call.subject(),
        call.ordinal(),
        call.promptVersion(),
        answer.model(),
        answer.text(),
        answer.promptTokens(),
        answer.completionTokens(),
        Instant.ofEpochMilli(time.getClock().absoluteTimeMillis()));
  }

  private void write(InFlight flight, ChatAnswer answer) {
    if (journal == null) {
      throw new IllegalStateException("written before it was read");
    }
    journal.write(record(flight.call(), answer), lost -> written(flight, lost));
  }

  private void written(InFlight flight, boolean lost) {
    if (lost) {
      metrics.journalFailures.inc();
    } else {
      if (answered != null) {
        answered.add(flight.call().answerId());
      }
      metrics.answered.inc();
    }
    leave(flight);
  }

  private void leave(InFlight flight) {
    inFlight.remove(flight.call().answerId());
    askMore();
  }

  private void mail(ThrowingRunnable<Exception> action, String what) {
    try {
      mailbox.execute(action, what);
    } catch (RejectedExecutionException closing) {
      LOG.debug("task closed before {}; it is asked again after a restart", what);
    }
  }

  private void show() {
    metrics.show(waiting.size(), inFlight.size(), budget.used(), pause.isPaused());
    if (waiting.size() > 0) {
      showGains.arm();
    }
  }

  private void showGains() {
    metrics.showGains(waiting);
    show();
  }

  private static LanguageModelFailure expected(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof LanguageModelFailure expected
        ? expected
        : new LanguageModelFailure(Reason.BAD_ANSWER, String.valueOf(cause));
  }

  private void log(LanguageModelFailure failure) {
    long now = monotonicMillis();
    if (now >= logAgainAt) {
      logAgainAt = now + LOG_PAUSE.toMillis();
      LOG.warn(
          "No answer from the language model: {} (failures are counted; at most one such line in"
              + " {} s)",
          failure.getMessage(),
          LOG_PAUSE.toSeconds());
    }
  }
}
