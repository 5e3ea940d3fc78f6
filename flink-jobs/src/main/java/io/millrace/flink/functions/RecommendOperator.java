package io.millrace.flink.functions;

import io.millrace.flink.features.HistoryRules;
import io.millrace.flink.features.LastList;
import io.millrace.flink.features.PendingTrigger;
import io.millrace.flink.inference.RecommendAnswer;
import io.millrace.flink.inference.RecommendAnswer.ScoredItem;
import io.millrace.flink.inference.Recommender;
import io.millrace.flink.inference.RecommenderFactory;
import io.millrace.flink.lastmile.Candidate;
import io.millrace.flink.lastmile.CompiledRule;
import io.millrace.flink.records.PopularNow;
import io.millrace.flink.records.RecordTypes;
import io.millrace.flink.records.SharedInput;
import io.millrace.flink.records.SharedInput.ItemChanged;
import io.millrace.flink.records.SharedInput.Popular;
import io.millrace.flink.records.SharedInput.RuleChanged;
import io.millrace.flink.records.UserInput;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendationInput;
import io.millrace.schemas.avro.RerankQuestion;
import io.millrace.schemas.avro.Reranking;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Owns everything about a user and makes the lists: keyed by user on the first input; popular-now,
 * rules and the catalogue broadcast on the second. What lists were made from is a side output.
 *
 * <p>An input updates the user's state and may cause a list. The call for it goes out and the
 * operator goes on; the answer comes back through the mailbox, in the task's thread, to the same
 * user. Lists of a user leave in the order of their triggers.
 *
 * <p><b>Snapshots.</b> Lists on their way are kept in memory and written to keyed state when a
 * snapshot is taken; what a snapshot has is called again after a restore or rescale, each list cut
 * at its own event. A barrier waits at most until one more input may be read.
 *
 * <p><b>Back-pressure.</b> When all calls are used, or one user has too many lists on their way,
 * the operator yields to answers before it reads more. Yielding is the last thing it does with an
 * input or timer, so nothing depends on the key that was current before.
 *
 * <p><b>What could leak.</b> A call that is never answered: given up after its deadline. A request
 * whose event never comes: answered at its time. The tombstone of an erasure: dropped after its
 * retention. The end of an interval: its timer clears it. A user who never comes back keeps the
 * bounded history, rules that nobody removes, and what a language model found last, until erased.
 * Rules of everybody and the catalogue are bounded by number.
 */
public final class RecommendOperator extends AbstractStreamOperator<Recommendation>
    implements TwoInputStreamOperator<UserInput, SharedInput, Recommendation>,
        Triggerable<String, VoidNamespace>,
        BoundedMultiInput {
  /** What lists were made from. */
  public static final OutputTag<RecommendationInput> INPUTS =
      new OutputTag<>("recommendation-inputs", RecordTypes.RECOMMENDATION_INPUT);

  /** Lists that a language model is to look over. */
  public static final OutputTag<RerankQuestion> RERANK_QUESTIONS =
      new OutputTag<>("rerank-questions", RecordTypes.avro(RerankQuestion.class));

  private static final long serialVersionUID = 1L;
  private static final int USERS = 1;

  /** How soon after a change it is looked how far the rules reach. */
  private static final Duration REACH_PERIOD = Duration.ofSeconds(10);

  private final transient RecommendSettings settings;
  private final transient LastMileSettings lastMile;
  private final transient RecommenderFactory recommenders;
  private final transient MailboxExecutor mailbox;
  private final transient Ladder ladder;

  private transient @Nullable Recommender recommender;
  private transient @Nullable UserStates states;
  private transient @Nullable ActiveUsers users;
  private transient @Nullable Calls calls;
  private transient @Nullable UserUpdates updates;
  private transient @Nullable SharedStates shared;
  private transient @Nullable ListRules listRules;
  private transient @Nullable OncePerPeriod reachMeasured;
  private transient @Nullable ListWriter writer;
  private transient @Nullable InputsWriter inputsWriter;
  private transient @Nullable ListReranking reranking;
  private transient @Nullable ListMetrics metrics;
  private transient @Nullable Map<String, List<PendingTrigger>> restored;

  RecommendOperator(
      StreamOperatorParameters<Recommendation> parameters,
      RecommendSettings settings,
      LastMileSettings lastMile,
      RecommenderFactory recommenders,
      PopularNow initialPopular) {
    super(parameters);
    this.settings = settings;
    this.lastMile = lastMile;
    this.recommenders = recommenders;
    this.mailbox = parameters.getMailboxExecutor();
    this.ladder = new Ladder(initialPopular, lastMile.popularSent());
  }

  /**
   * Puts the operator between its inputs and its lists, with its uid.
   *
   * @param inputs of all users, in any distribution
   * @param shared popular-now, rules of everybody, the catalogue; is broadcast
   */
  public static SingleOutputStreamOperator<Recommendation> connect(
      DataStream<UserInput> inputs,
      DataStream<SharedInput> shared,
      RecommendOperatorFactory factory) {
    return inputs
        .keyBy(UserInput::userId, Types.STRING)
        .connect(shared.broadcast())
        .transform("recommend", RecordTypes.RECOMMENDATION, factory)
        .uid("recommend");
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    states =
        new UserStates(
            context.getKeyedStateStore(), this.<String>getKeyedStateBackend(), this::setCurrentKey);
    shared = new SharedStates(lastMile, context.getOperatorStateStore());
    restored = context.isRestored() ? states.allPending() : Map.of();
  }

  @Override
  public void open() throws Exception {
    super.open();
    HistoryRules rules =
        HistoryRules.of(
            settings.retainedEvents(),
            settings.latenessBound().toMillis(),
            settings.seenTypes(),
            settings.seenCap(),
            settings.maxPendingPerUser());
    InternalTimerService<VoidNamespace> timers =
        getInternalTimerService("user-times", VoidNamespaceSerializer.INSTANCE, this);
    Recommender asked = recommenders.create();
    recommender = asked;
    metrics = new ListMetrics(getMetricGroup());
    writer = new ListWriter(getProcessingTimeService().getClock());
    users = new ActiveUsers(states());
    inputsWriter = new InputsWriter(lastMile, shared());
    reranking = new ListReranking(lastMile.rerank(), getMetricGroup());
    ListRules inForce = new ListRules(lastMile, shared());
    listRules = inForce;
    Calls open =
        new Calls(
            settings,
            rules,
            asked,
            users,
            mailbox,
            getProcessingTimeService(),
            ladder,
            inForce,
            this::leave);
    calls = open;
    updates =
        new UserUpdates(
            settings,
            rules,
            users,
            states(),
            (userId, at) -> {
              setCurrentKey(userId);
              timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, at);
            },
            open,
            getProcessingTimeService().getClock(),
            metrics,
            lastMile);
    getMetricGroup().gauge("callsInFlight", open::inFlight);
    getMetricGroup().gauge("callsAllowed", open::allowed);
    getMetricGroup().gauge("listsPending", open::pending);
    getMetricGroup().gauge("modelServersLeftAlone", asked::serversLeftAlone);
    showRules();
    callAgain(users, open);
  }

  private void showRules() {
    RuleReach reach = new RuleReach();
    OncePerPeriod measured =
        new OncePerPeriod(
            getProcessingTimeService(),
            REACH_PERIOD,
            () -> shared().measure(reach, getProcessingTimeService().getCurrentProcessingTime()));
    reachMeasured = measured;
    if (!shared().rules().isEmpty()) {
      measured.arm();
    }
    getMetricGroup().gauge("rules", () -> shared().rules().size());
    getMetricGroup().gauge("rulesRefused", shared()::rulesRefused);
    getMetricGroup().gauge("rulesMatchingNothing", reach::matchingNothing);
    getMetricGroup().gauge("rulesMatchingEverything", reach::matchingEverything);
    getMetricGroup().gauge("catalogueItems", shared()::items);
    getMetricGroup().gauge("catalogueUnavailable", shared()::unavailable);
    getMetricGroup().gauge("catalogueRefused", shared()::itemsRefused);
  }

  private void callAgain(ActiveUsers active, Calls open) throws IOException {
    for (Map.Entry<String, List<PendingTrigger>> entry :
        Objects.requireNonNull(restored, "state is initialized before opening").entrySet()) {
      ActiveUser user = active.activate(entry.getKey());
      user.pendingStored = true;
      for (PendingTrigger trigger : entry.getValue()) {
        open.add(user, trigger);
      }
      active.release(user);
    }
    restored = Map.of();
  }

  @Override
  public void processElement1(StreamRecord<UserInput> element) throws Exception {
    awaitRoom(updates().take(element.getValue()));
  }

  @Override
  public void processElement2(StreamRecord<SharedInput> element) throws Exception {
    SharedInput input = element.getValue();
    if (input instanceof Popular popular) {
      ladder.popularNow(popular.now());
    } else if (input instanceof RuleChanged changed) {
      shared().rule(changed.ruleId(), changed.rule());
      reachMeasured().arm();
    } else if (input instanceof ItemChanged changed) {
      shared().item(changed.itemId(), changed.facts());
      reachMeasured().arm();
    }
  }

  @Override
  public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
    awaitRoom(updates().tick(timer.getKey()));
  }

  @Override
  public void onEventTime(InternalTimer<String, VoidNamespace> timer) {
    throw new IllegalStateException("this operator has no event-time timers");
  }

  private void awaitRoom(ActiveUser user) throws Exception {
    while (!calls().hasRoom(user)) {
      mailbox.yield();
    }
  }

  private void leave(PendingList list) {
    PendingList.Inputs inputs = Objects.requireNonNull(list.inputs, "answered before asked");
    try {
      RecommendAnswer answer = list.answer;
      long now = getProcessingTimeService().getCurrentProcessingTime();
      List<CompiledRule> inForce = listRules().inForce(list.user, list.trigger.surface(), now);
      List<Candidate> items = InputsWriter.candidates(answer);
      Reranking reranked = reranking().used(list, items);
      boolean served = answer != null && !answer.items().isEmpty();
      boolean whole = served && inForce.isEmpty() && shared().unavailable() == 0;
      LastList last = whole ? null : list.user.lastList();
      Ladder.Choice choice =
          ladder.choose(
              answer,
              reranking().order(items, reranked, list.trigger.k()),
              list.failure,
              last,
              inputs,
              list.trigger.k(),
              listRules().lastMile(inForce, now));
      if (answer != null && served) {
        list.user.setLastList(lastList(answer, list.trigger.k()));
      }
      if (answer != null && !answer.ignoredInputs().isEmpty() && !inputs.claims().isEmpty()) {
        metrics().keywordsIgnored.inc();
      }
      Recommendation record = writer().write(list, inputs, choice, reranked);
      metrics().chosen(choice);
      metrics().left(record, inputs, list.trigger.brokerTimestamp());
      output.collect(new StreamRecord<>(record));
      if (inputsWriter().isChosen(inputs.id())) {
        output.collect(
            INPUTS,
            new StreamRecord<>(inputsWriter().write(list, inputs, choice, inForce, reranked, now)));
      }
      RerankQuestion question = reranking().question(list, inputs, items, now);
      if (question != null) {
        output.collect(RERANK_QUESTIONS, new StreamRecord<>(question));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading the state of user " + list.user.userId, e);
    }
  }

  /** As the server made it: rules are applied whenever it is used, and others may be in force. */
  private static LastList lastList(RecommendAnswer answer, int k) {
    List<LastList.Item> kept = new ArrayList<>(k);
    for (ScoredItem item : answer.items().subList(0, Math.min(k, answer.items().size()))) {
      kept.add(new LastList.Item(item.itemId(), item.score(), item.source()));
    }
    return new LastList(answer.modelVersion(), kept);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    users().store();
  }

  @Override
  public void endInput(int input) throws Exception {
    if (input == USERS) {
      updates().releaseHeld();
      drain();
    }
  }

  @Override
  public void finish() throws Exception {
    drain();
    super.finish();
  }

  private void drain() throws Exception {
    while (calls().pending() > 0) {
      mailbox.yield();
    }
  }

  @Override
  public void close() throws Exception {
    if (recommender != null) {
      recommender.close();
    }
    super.close();
  }

  private UserStates states() {
    return Objects.requireNonNull(states, "not initialized");
  }

  private SharedStates shared() {
    return Objects.requireNonNull(shared, "not initialized");
  }

  private ListRules listRules() {
    return Objects.requireNonNull(listRules, "not opened");
  }

  private OncePerPeriod reachMeasured() {
    return Objects.requireNonNull(reachMeasured, "not opened");
  }

  private InputsWriter inputsWriter() {
    return Objects.requireNonNull(inputsWriter, "not opened");
  }

  private ListReranking reranking() {
    return Objects.requireNonNull(reranking, "not opened");
  }

  private ActiveUsers users() {
    return Objects.requireNonNull(users, "not opened");
  }

  private Calls calls() {
    return Objects.requireNonNull(calls, "not opened");
  }

  private UserUpdates updates() {
    return Objects.requireNonNull(updates, "not opened");
  }

  private ListWriter writer() {
    return Objects.requireNonNull(writer, "not opened");
  }

  ListMetrics metrics() {
    return Objects.requireNonNull(metrics, "not opened");
  }
}
