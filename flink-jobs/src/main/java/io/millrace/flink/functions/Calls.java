package io.millrace.flink.functions;

import io.millrace.flink.features.HistoryRules;
import io.millrace.flink.features.PackedIds;
import io.millrace.flink.features.PendingTrigger;
import io.millrace.flink.features.ProfileClaim;
import io.millrace.flink.features.RecommendationId;
import io.millrace.flink.features.SequenceCut;
import io.millrace.flink.features.ServedProfile;
import io.millrace.flink.features.UserHistory;
import io.millrace.flink.inference.Keywords;
import io.millrace.flink.inference.RecommendAnswer;
import io.millrace.flink.inference.RecommendCall;
import io.millrace.flink.inference.RecommendFailure;
import io.millrace.flink.inference.RecommendFailure.Reason;
import io.millrace.flink.inference.Recommender;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.util.clock.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the calls for lists and hands the lists on, each user's in order.
 *
 * <p>Everything here runs in the task's thread; an answer comes back through the mailbox. Bounded:
 * the calls in flight; the users waiting for a free call, since {@link #hasRoom} is asked before
 * more is read.
 */
final class Calls {
  private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

  private static final byte[] NO_VECTOR = {};

  private final RecommendSettings settings;
  private final HistoryRules rules;
  private final Recommender recommender;
  private final ActiveUsers users;
  private final MailboxExecutor mailbox;
  private final Clock clock;
  private final Ladder ladder;
  private final ListRules listRules;
  private final Consumer<PendingList> leave;
  private final OncePerPeriod sweeps;
  private final Set<PendingList> inFlight = new LinkedHashSet<>();
  private final Deque<ActiveUser> queue = new ArrayDeque<>();
  private final InFlightLimit limit;
  private int pending;

  /**
   * @param ladder knows what is popular
   * @param listRules say how many items are asked for
   * @param leave takes each answered list, in the order of its user
   */
  Calls(
      RecommendSettings settings,
      HistoryRules rules,
      Recommender recommender,
      ActiveUsers users,
      MailboxExecutor mailbox,
      ProcessingTimeService time,
      Ladder ladder,
      ListRules listRules,
      Consumer<PendingList> leave) {
    this.settings = settings;
    this.rules = rules;
    this.recommender = recommender;
    this.users = users;
    this.mailbox = mailbox;
    this.clock = time.getClock();
    this.ladder = ladder;
    this.listRules = listRules;
    this.leave = leave;
    this.limit = new InFlightLimit(settings.maxInFlight(), settings.deadline());
    this.sweeps = new OncePerPeriod(time, settings.deadline(), this::sweep);
  }

  /** Calls in flight. */
  int inFlight() {
    return inFlight.size();
  }

  /** Calls that may be in flight now. */
  int allowed() {
    return limit.allowed();
  }

  /** Lists on their way. */
  int pending() {
    return pending;
  }

  /** Whether more input may be read; until then the operator yields to answers. */
  boolean hasRoom(ActiveUser user) throws IOException {
    return queue.isEmpty() && user.hasRoom(settings.maxPendingPerUser());
  }

  /** Has a list made. */
  void add(ActiveUser user, PendingTrigger trigger) throws IOException {
    PendingList list = new PendingList(user, trigger);
    user.line.add(list);
    user.waiting.add(list);
    pending++;
    enqueue(user);
    startQueued();
  }

  /**
   * Forgets lists that an erasure covers, and has those after it made again, without what was
   * erased. Answers in flight are not waited for.
   */
  void erase(ActiveUser user, long time) throws IOException {
    List<PendingTrigger> survivors = new ArrayList<>();
    for (PendingList list : user.line) {
      list.stage = PendingList.Stage.ABANDONED;
      inFlight.remove(list);
      if (list.call != null) {
        list.call.cancel(true);
      }
      if (list.trigger.time() > time) {
        survivors.add(list.trigger.cutAfterErasure(user.history(), time));
      }
    }
    pending -= user.line.size();
    user.line.clear();
    user.waiting.clear();
    queue.remove(user);
    user.queued = false;
    for (PendingTrigger survivor : survivors) {
      add(user, survivor);
    }
    startQueued();
  }

  private void enqueue(ActiveUser user) {
    if (!user.queued && user.canStart(settings.maxInFlightPerUser())) {
      user.queued = true;
      queue.add(user);
    }
  }

  /** One call per user and turn: a user with many lists waits like everyone else. */
  private void startQueued() throws IOException {
    while (!queue.isEmpty() && inFlight.size() < limit.allowed()) {
      ActiveUser next = queue.remove();
      next.queued = false;
      start(next.waiting.remove());
      enqueue(next);
      users.settle(next);
    }
  }

  private void start(PendingList list) throws IOException {
    PendingTrigger trigger = list.trigger;
    UserHistory history = list.user.history();
    ServedProfile profile = list.user.profile();
    SequenceCut sequence = history.sequenceAt(trigger.arrivals(), settings.maxHistory());
    PackedIds exclude = history.seenAt(trigger.seenCount(), rules).plus(trigger.exclude());
    String id = RecommendationId.of(list.user.userId, trigger);
    List<ProfileClaim> claims = profile == null ? List.of() : profile.claims();
    RecommendCall call =
        new RecommendCall(
            id,
            sequence.itemIds(),
            sequence.eventTypes(),
            sequence.ageSeconds(),
            exclude,
            profile == null ? null : profile.floats(),
            listRules.itemsToAsk(list.user, trigger, clock.absoluteTimeMillis()),
            keywords(claims),
            ladder.popularSent(),
            listRules.diversity());
    list.inputs =
        new PendingList.Inputs(
            id,
            sequence,
            exclude,
            profile == null ? -1 : profile.version(),
            profile == null ? 0 : profile.updatedAt(),
            claims,
            profile == null ? NO_VECTOR : profile.halves(),
            call);
    list.calledAtNanos = clock.relativeTimeNanos();
    long timeout = timeoutMillis(trigger);
    if (timeout <= 0) {
      answered(list, null, Reason.DEADLINE, list.calledAtNanos);
      return;
    }
    list.stage = PendingList.Stage.CALLED;
    list.overdueAt = clock.absoluteTimeMillis() + timeout;
    inFlight.add(list);
    sweeps.arm();
    CompletableFuture<RecommendAnswer> future = ask(call, Duration.ofMillis(timeout));
    list.call = future;
    var unused = future.whenComplete((answer, failure) -> deliver(list, answer, failure));
  }

  private static Keywords keywords(List<ProfileClaim> claims) {
    if (claims.isEmpty()) {
      return Keywords.NONE;
    }
    float[] weights = new float[claims.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = claims.get(i).weight();
    }
    return new Keywords(claims.stream().map(ProfileClaim::text).toList(), weights);
  }

  /** A recommender does not throw; one that does costs a list its rung, not the job its life. */
  private CompletableFuture<RecommendAnswer> ask(RecommendCall call, Duration timeout) {
    try {
      return recommender.recommend(call, timeout);
    } catch (RuntimeException e) {
      LOG.warn("the recommender threw instead of answering {}", call.id(), e);
      return CompletableFuture.failedFuture(e);
    }
  }

  private long timeoutMillis(PendingTrigger trigger) {
    if (trigger.answerBy() == PendingTrigger.NO_ANSWER_TIME) {
      return settings.deadline().toMillis();
    }
    return Math.min(
        trigger.answerBy() - clock.absoluteTimeMillis(), settings.maxRequestWait().toMillis());
  }

  /** Any thread: brings an answer home. */
  private void deliver(
      PendingList list, @Nullable RecommendAnswer answer, @Nullable Throwable failure) {
    long at = clock.relativeTimeNanos();
    try {
      mailbox.execute(
          () -> completed(list, answer, failure == null ? null : reason(failure), at),
          "answer to a call for a list");
    } catch (RejectedExecutionException closed) {
      LOG.debug("task closed before the answer to {}; its snapshot has the trigger", list.trigger);
    }
  }

  private void completed(
      PendingList list, @Nullable RecommendAnswer answer, @Nullable Reason failure, long at)
      throws IOException {
    if (list.stage != PendingList.Stage.CALLED) {
      return;
    }
    inFlight.remove(list);
    if (failure == null) {
      limit.answered(at - list.calledAtNanos);
    } else if (failure == Reason.DEADLINE || failure == Reason.OVERLOADED) {
      limit.missed();
    }
    answered(list, answer, failure, at);
    enqueue(list.user);
    startQueued();
    users.settle(list.user);
  }

  private void answered(
      PendingList list, @Nullable RecommendAnswer answer, @Nullable Reason failure, long at)
      throws IOException {
    list.stage = PendingList.Stage.ANSWERED;
    list.answer = answer;
    list.failure = failure;
    list.answeredAtNanos = at;
    Deque<PendingList> line = list.user.line;
    for (PendingList first = line.peek();
        first != null && first.stage == PendingList.Stage.ANSWERED;
        first = line.peek()) {
      line.remove();
      pending--;
      leave.accept(first);
    }
  }

  /**
   * Gives up on calls that their recommender forgot: its contract is to answer in time, but a list
   * must not depend on that.
   */
  private void sweep() throws IOException {
    long now = clock.absoluteTimeMillis();
    List<PendingList> overdue = new ArrayList<>();
    for (PendingList list : inFlight) {
      if (list.overdueAt < now) {
        overdue.add(list);
      }
    }
    for (PendingList list : overdue) {
      CompletableFuture<RecommendAnswer> call = list.call;
      completed(list, null, Reason.DEADLINE, clock.relativeTimeNanos());
      if (call != null) {
        call.cancel(true);
      }
    }
    if (!inFlight.isEmpty()) {
      sweeps.arm();
    }
  }

  private static Reason reason(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof RecommendFailure expected ? expected.reason() : Reason.BAD_ANSWER;
  }
}
