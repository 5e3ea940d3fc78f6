package io.millrace.flink.functions;

import io.millrace.flink.llm.LanguageModelCall;
import io.millrace.flink.llm.TextEncoder;
import io.millrace.flink.llm.TextEncoderFactory;
import io.millrace.flink.profiles.ItemCard;
import io.millrace.flink.records.ItemCardSerializer;
import io.millrace.flink.records.ItemUpdate;
import io.millrace.flink.records.ProfileChange;
import io.millrace.flink.records.ProfileInput;
import io.millrace.flink.records.RecordTypes;
import io.millrace.schemas.avro.UserProfile;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Owns what a user's profile is written from, and the profile: keyed by user on the first input,
 * the catalogue broadcast on the second. Questions leave on a side output; their answers come back
 * on the first input, out of the journal.
 *
 * <p><b>Snapshots.</b> Everything that waits is keyed state. After a restore all questions without
 * answers are offered again; the gateway knows which the journal has.
 *
 * <p><b>The catalogue</b> is kept whole on the heap of every instance (title and at most 16
 * attribute values, some 200 bytes an item), and in every snapshot.
 *
 * <p><b>What could leak.</b> A refresh whose answer never comes: it waits, bounded in number, and
 * is offered again for as long as the user exists, so an endpoint that is down for a week loses
 * nothing. An answer that nobody asks for any more (another prompt since): dropped with the next
 * that is used, or with the user. The tombstone of an erasure: dropped after its retention, with
 * all that is left. A user who never comes back keeps the bounded evidence until erased.
 */
public final class ProfileOperator extends AbstractStreamOperator<ProfileChange>
    implements TwoInputStreamOperator<ProfileInput, ItemUpdate, ProfileChange>,
        Triggerable<String, VoidNamespace>,
        ProfileRefreshes.Surroundings {
  /** Questions for the gateway. */
  public static final OutputTag<LanguageModelCall> CALLS =
      new OutputTag<>("calls", RecordTypes.LANGUAGE_MODEL_CALL);

  /** Keys that have to go from the journal. */
  public static final OutputTag<String> FORGOTTEN = new OutputTag<>("forgotten", Types.STRING);

  private static final long serialVersionUID = 1L;

  /** What profiles need to know of each item. */
  private static final MapStateDescriptor<String, ItemCard> CATALOGUE =
      new MapStateDescriptor<>("catalogue", StringSerializer.INSTANCE, new ItemCardSerializer());

  private final transient ProfileSettings settings;
  private final transient TextEncoderFactory encoders;
  private final transient MailboxExecutor mailbox;

  private transient @Nullable ProfileStates states;
  private transient @Nullable BroadcastState<String, ItemCard> catalogue;
  private transient @Nullable InternalTimerService<VoidNamespace> timers;
  private transient @Nullable TextEncoder encoder;
  private transient @Nullable ProfileEncoding encoding;
  private transient @Nullable ProfileRefreshes refreshes;
  private transient List<String> restored = List.of();

  ProfileOperator(
      StreamOperatorParameters<ProfileChange> parameters,
      ProfileSettings settings,
      TextEncoderFactory encoders) {
    super(parameters);
    this.settings = settings;
    this.encoders = encoders;
    this.mailbox = parameters.getMailboxExecutor();
  }

  /**
   * Puts the operator between its inputs and the changes of profiles, with its uid.
   *
   * @param inputs of all users, in any distribution
   * @param items the catalogue; is broadcast
   */
  public static SingleOutputStreamOperator<ProfileChange> connect(
      DataStream<ProfileInput> inputs,
      DataStream<ItemUpdate> items,
      ProfileOperatorFactory factory) {
    return inputs
        .keyBy(ProfileInput::userId, Types.STRING)
        .connect(items.broadcast())
        .transform("profile", RecordTypes.PROFILE_CHANGE, factory)
        .uid("profile");
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    states =
        new ProfileStates(
            context.getKeyedStateStore(), this.<String>getKeyedStateBackend(), this::setCurrentKey);
    catalogue = context.getOperatorStateStore().getBroadcastState(CATALOGUE);
    restored = context.isRestored() ? states.allRefreshed() : List.of();
  }

  @Override
  public void open() throws Exception {
    super.open();
    timers = getInternalTimerService("user-times", VoidNamespaceSerializer.INSTANCE, this);
    TextEncoder asked = encoders.create();
    encoder = asked;
    ProfileEncoding started =
        new ProfileEncoding(
            asked, mailbox, settings.maxEncoding(), profile -> refreshes().encoded(profile));
    encoding = started;
    getMetricGroup().gauge("profilesEncoding", started::inFlight);
    refreshes =
        new ProfileRefreshes(
            settings,
            Objects.requireNonNull(states, "not initialized"),
            this,
            getProcessingTimeService().getClock(),
            new ProfileMetrics(getMetricGroup()));
    for (String user : restored) {
      refreshes().resume(user);
    }
    restored = List.of();
  }

  @Override
  public void processElement1(StreamRecord<ProfileInput> element) throws Exception {
    refreshes().take(element.getValue());
  }

  @Override
  public void processElement2(StreamRecord<ItemUpdate> element) throws Exception {
    ItemUpdate update = element.getValue();
    ItemCard card = update.card();
    if (card == null) {
      catalogue().remove(update.itemId());
    } else {
      catalogue().put(update.itemId(), card);
    }
  }

  @Override
  public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
    refreshes().tick(timer.getKey());
  }

  @Override
  public void onEventTime(InternalTimer<String, VoidNamespace> timer) {
    throw new IllegalStateException("this operator has no event-time timers");
  }

  @Override
  public @Nullable ItemCard card(String itemId) throws Exception {
    return catalogue().get(itemId);
  }

  @Override
  public void offer(LanguageModelCall call) {
    output.collect(CALLS, new StreamRecord<>(call));
  }

  @Override
  public void encode(UserProfile profile) {
    Objects.requireNonNull(encoding, "not opened").start(profile);
  }

  @Override
  public void publish(ProfileChange change) {
    output.collect(new StreamRecord<>(change));
  }

  @Override
  public void forget(String subject, long ordinal) {
    output.collect(FORGOTTEN, new StreamRecord<>(subject + "/" + ordinal));
  }

  @Override
  public void wake(String userId, long at) {
    setCurrentKey(userId);
    Objects.requireNonNull(timers, "not opened")
        .registerProcessingTimeTimer(VoidNamespace.INSTANCE, at);
  }

  @Override
  public void finish() throws Exception {
    while (Objects.requireNonNull(encoding, "not opened").inFlight() > 0) {
      mailbox.yield();
    }
    super.finish();
  }

  @Override
  public void close() throws Exception {
    if (encoder != null) {
      encoder.close();
    }
    super.close();
  }

  private BroadcastState<String, ItemCard> catalogue() {
    return Objects.requireNonNull(catalogue, "not initialized");
  }

  private ProfileRefreshes refreshes() {
    return Objects.requireNonNull(refreshes, "not opened");
  }
}
