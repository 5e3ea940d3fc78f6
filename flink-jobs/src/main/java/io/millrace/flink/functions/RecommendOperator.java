package io.millrace.flink.functions;

import io.millrace.flink.features.HistoryRules;
import io.millrace.flink.features.LastList;
import io.millrace.flink.features.PendingTrigger;
import io.millrace.flink.inference.RecommendAnswer;
import io.millrace.flink.inference.Recommender;
import io.millrace.flink.inference.RecommenderFactory;
import io.millrace.flink.records.PopularNow;
import io.millrace.flink.records.RecordTypes;
import io.millrace.flink.records.UserInput;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendedItem;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import org.jspecify.annotations.Nullable;

/**
 * Owns everything about a user and makes the lists: keyed by user on the first input, popular-now
 * broadcast on the second.
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
 * bounded history until erased.
 */
public final class RecommendOperator extends AbstractStreamOperator<Recommendation>
    implements TwoInputStreamOperator<UserInput, PopularNow, Recommendation>,
        Triggerable<String, VoidNamespace>,
        BoundedMultiInput {
  private static final long serialVersionUID = 1L;
  private static final int USERS = 1;

  private final transient RecommendSettings settings;
  private final transient RecommenderFactory recommenders;
  private final transient MailboxExecutor mailbox;
  private final transient Ladder ladder;

  private transient @Nullable Recommender recommender;
  private transient @Nullable UserStates states;
  private transient @Nullable ActiveUsers users;
  private transient @Nullable Calls calls;
  private transient @Nullable UserUpdates updates;
  private transient @Nullable ListWriter writer;
  private transient @Nullable ListMetrics metrics;
  private transient @Nullable Map<String, List<PendingTrigger>> restored;

  RecommendOperator(
      StreamOperatorParameters<Recommendation> parameters,
      RecommendSettings settings,
      RecommenderFactory recommenders,
      PopularNow initialPopular) {
    super(parameters);
    this.settings = settings;
    this.recommenders = recommenders;
    this.mailbox = parameters.getMailboxExecutor();
    this.ladder = new Ladder(initialPopular);
  }

  /**
   * Puts the operator between its inputs and its lists, with its uid.
   *
   * @param inputs of all users, in any distribution
   * @param popular what is popular now; is broadcast
   */
  public static SingleOutputStreamOperator<Recommendation> connect(
      DataStream<UserInput> inputs,
      DataStream<PopularNow> popular,
      RecommendOperatorFactory factory) {
    return inputs
        .keyBy(UserInput::userId, Types.STRING)
        .connect(popular.broadcast())
        .transform("recommend", RecordTypes.RECOMMENDATION, factory)
        .uid("recommend");
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    states =
        new UserStates(
            context.getKeyedStateStore(), this.<String>getKeyedStateBackend(), this::setCurrentKey);
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
    Calls open =
        new Calls(settings, rules, asked, users, mailbox, getProcessingTimeService(), this::leave);
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
            metrics);
    getMetricGroup().gauge("callsInFlight", open::inFlight);
    getMetricGroup().gauge("listsPending", open::pending);
    getMetricGroup().gauge("modelServersLeftAlone", asked::serversLeftAlone);
    callAgain(users, open);
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
  public void processElement2(StreamRecord<PopularNow> element) {
    ladder.popularNow(element.getValue());
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
      boolean served = answer != null && !answer.items().isEmpty();
      LastList last = served ? null : list.user.lastList();
      Ladder.Choice choice = ladder.choose(answer, list.failure, last, inputs, list.trigger.k());
      if (answer != null && served) {
        list.user.setLastList(lastList(answer.modelVersion(), choice.items()));
      }
      if (answer != null && !answer.ignoredInputs().isEmpty() && !inputs.claims().isEmpty()) {
        metrics().keywordsIgnored.inc();
      }
      Recommendation record = writer().write(list, inputs, choice);
      metrics().left(record, inputs, list.trigger.brokerTimestamp());
      output.collect(new StreamRecord<>(record));
    } catch (IOException e) {
      throw new UncheckedIOException("reading the last list of user " + list.user.userId, e);
    }
  }

  private static LastList lastList(String modelVersion, List<RecommendedItem> items) {
    List<LastList.Item> kept = new ArrayList<>(items.size());
    for (RecommendedItem item : items) {
      kept.add(new LastList.Item(item.getItemId(), item.getScore(), item.getSource()));
    }
    return new LastList(modelVersion, kept);
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
