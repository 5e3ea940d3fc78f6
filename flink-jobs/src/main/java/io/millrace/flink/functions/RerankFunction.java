package io.millrace.flink.functions;

import io.millrace.flink.llm.LanguageModelCall;
import io.millrace.flink.profiles.ItemCard;
import io.millrace.flink.profiles.RerankPrompt;
import io.millrace.flink.profiles.UnreadableAnswerException;
import io.millrace.flink.records.ItemCardSerializer;
import io.millrace.flink.records.ItemUpdate;
import io.millrace.flink.records.RecordTypes;
import io.millrace.flink.records.RerankInput;
import io.millrace.flink.records.RerankInput.Answered;
import io.millrace.flink.records.RerankInput.Asked;
import io.millrace.flink.records.RerankInput.Erased;
import io.millrace.flink.records.RerankedChange;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.RerankQuestion;
import io.millrace.schemas.avro.RerankedCandidates;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.streaming.api.datastream.BroadcastStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a language model look users' lists over: keyed by user on the first input, the catalogue
 * broadcast on the second. Questions leave on a side output; their answers come back on the first
 * input, out of the journal.
 *
 * <p>One list of a user waits at a time, with the titles of the moment it came, or of a while later
 * where some were missing; a newer one takes its place. What the newest event of a list was decides
 * which is newer, so that a list that comes again is not asked about again.
 *
 * <p><b>What could leak.</b> A list whose answers never come: given up when it is too old. Answers
 * without a list, and how new the newest list was: dropped after as long. The time of an erasure:
 * after its retention. One timer of a user does all of that. The catalogue is kept whole, as
 * profiles keep it ({@link ProfileOperator}).
 */
public final class RerankFunction
    extends KeyedBroadcastProcessFunction<String, RerankInput, ItemUpdate, RerankedChange> {
  /** Questions for the gateway. */
  public static final OutputTag<LanguageModelCall> CALLS =
      new OutputTag<>("calls", RecordTypes.LANGUAGE_MODEL_CALL);

  /** Keys that have to go from the journal. */
  public static final OutputTag<String> FORGOTTEN = new OutputTag<>("forgotten", Types.STRING);

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(RerankFunction.class);

  /** The titles of items. */
  static final MapStateDescriptor<String, ItemCard> CATALOGUE =
      new MapStateDescriptor<>("catalogue", StringSerializer.INSTANCE, new ItemCardSerializer());

  private final RerankSettings settings;
  private transient @Nullable RerankPrompt prompt;
  private transient @Nullable RerankStates states;
  private transient @Nullable RerankMetrics metrics;

  /** Asks what the settings say. */
  public RerankFunction(RerankSettings settings) {
    this.settings = settings;
  }

  /**
   * Puts the function between its inputs and what the language model said, with its uid.
   *
   * @param inputs of all users, in any distribution
   * @param items the catalogue; is broadcast
   */
  public static SingleOutputStreamOperator<RerankedChange> connect(
      DataStream<RerankInput> inputs, DataStream<ItemUpdate> items, RerankSettings settings) {
    BroadcastStream<ItemUpdate> catalogue = items.broadcast(CATALOGUE);
    return inputs
        .keyBy(RerankInput::userId, Types.STRING)
        .connect(catalogue)
        .process(new RerankFunction(settings), RecordTypes.RERANKED_CHANGE)
        .name("rerank")
        .uid("rerank");
  }

  @Override
  public void open(OpenContext context) {
    prompt = new RerankPrompt();
    states = new RerankStates(getRuntimeContext());
    metrics = new RerankMetrics(getRuntimeContext().getMetricGroup());
  }

  @Override
  public void processBroadcastElement(
      ItemUpdate update, Context context, Collector<RerankedChange> out) throws Exception {
    ItemCard card = update.card();
    if (card == null) {
      context.getBroadcastState(CATALOGUE).remove(update.itemId());
    } else {
      context.getBroadcastState(CATALOGUE).put(update.itemId(), card);
    }
  }

  @Override
  public void processElement(
      RerankInput input, ReadOnlyContext context, Collector<RerankedChange> out) throws Exception {
    if (input instanceof Asked asked) {
      ask(asked.question(), context, out);
    } else if (input instanceof Answered answered) {
      answer(answered.answer(), context, out);
    } else if (input instanceof Erased erased) {
      erase(erased, context, out);
    }
  }

  private void ask(RerankQuestion question, ReadOnlyContext context, Collector<RerankedChange> out)
      throws Exception {
    metrics().taken.inc();
    if (isTooOld(question, now(context))) {
      metrics().tooOld.inc();
      return;
    }
    if (question.getEventTime().toEpochMilli() <= states().takenUpTo()) {
      metrics().repeated.inc();
      return;
    }
    if (states().question() != null) {
      metrics().replaced.inc();
    }
    TitledList list = TitledList.of(question, context.getBroadcastState(CATALOGUE));
    if (list.hasAllTitles(question)) {
      put(list, context, out);
    } else {
      // Maybe they have not been read yet: it is asked a while later, about those there are then.
      states().wait(question, List.of());
      states().wakeAt(now(context) + settings.offerAgain().toMillis(), context.timerService());
    }
  }

  /** Asks about a list, and does not if too few titles are known. */
  private void put(TitledList list, ReadOnlyContext context, Collector<RerankedChange> out)
      throws Exception {
    if (list.isWorthAsking()) {
      states().wait(list.question(), list.calls(prompt(), settings.model()));
      if (!finish(context, out)) {
        offer(context);
      }
      return;
    }
    metrics().untitled.inc();
    states().done();
    states().takenUpTo(list.question().getEventTime().toEpochMilli());
    states().wakeAt(now(context) + settings.patience().toMillis(), context.timerService());
  }

  private boolean isTooOld(RerankQuestion question, long now) {
    return now - question.getAskedAt().toEpochMilli() >= settings.patience().toMillis();
  }

  private void offer(ReadOnlyContext context) throws Exception {
    for (LanguageModelCall call : states().open()) {
      metrics().offered.inc();
      context.output(CALLS, call);
    }
    states().wakeAt(now(context) + settings.offerAgain().toMillis(), context.timerService());
  }

  private void answer(
      LanguageModelAnswer answer, ReadOnlyContext context, Collector<RerankedChange> out)
      throws Exception {
    if (states().question() == null && states().erasedUntil() > now(context)) {
      // It was on its way when the user was erased.
      context.output(FORGOTTEN, answer.getSubject() + "/" + answer.getOrdinal());
    } else if (states().answer(answer)) {
      if (states().question() == null) {
        // The journal may be read before the list that it is about.
        states().wakeAt(now(context) + settings.patience().toMillis(), context.timerService());
      } else {
        finish(context, out);
      }
    }
  }

  /** Whether all is answered; the list does not wait any more then. */
  private boolean finish(ReadOnlyContext context, Collector<RerankedChange> out) throws Exception {
    List<LanguageModelAnswer> answers = states().answers();
    if (answers.isEmpty()) {
      return false;
    }
    RerankQuestion question = Objects.requireNonNull(states().question(), "nothing waits");
    try {
      RerankedCandidates reranked = RerankedRecord.of(question, prompt(), answers);
      metrics().reranked.inc();
      metrics().tokens.inc((long) reranked.getPromptTokens() + reranked.getCompletionTokens());
      metrics().wait.update(now(context) - question.getAskedAt().toEpochMilli());
      out.collect(new RerankedChange(question.getUserId(), reranked));
    } catch (UnreadableAnswerException e) {
      metrics().unreadable.inc();
      LOG.warn("a list is not looked over: {}", e.getMessage());
    }
    states().done();
    states().wakeAt(now(context) + settings.patience().toMillis(), context.timerService());
    return true;
  }

  private void erase(Erased erased, ReadOnlyContext context, Collector<RerankedChange> out)
      throws Exception {
    long until = now(context) + settings.erasureRetention().toMillis();
    states().erase(erased.erasure().getRequestedAt().toEpochMilli(), until);
    states().wakeAt(until, context.timerService());
    for (long ordinal = 1; ordinal <= RerankPrompt.QUESTIONS; ordinal++) {
      context.output(FORGOTTEN, erased.userId() + "/" + ordinal);
    }
    out.collect(new RerankedChange(erased.userId(), null));
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<RerankedChange> out)
      throws Exception {
    long now = now(context);
    RerankQuestion question = states().question();
    if (question != null && isTooOld(question, now)) {
      metrics().tooOld.inc();
      states().done();
      question = null;
    }
    if (question != null && states().isAsked()) {
      offer(context);
    } else if (question != null) {
      put(TitledList.of(question, context.getBroadcastState(CATALOGUE)), context, out);
    } else if (states().erasedUntil() > now) {
      states().done();
      states().wakeAt(states().erasedUntil(), context.timerService());
    } else {
      states().clear();
    }
  }

  private static long now(ReadOnlyContext context) {
    return context.timerService().currentProcessingTime();
  }

  private RerankPrompt prompt() {
    return Objects.requireNonNull(prompt, "not opened");
  }

  private RerankStates states() {
    return Objects.requireNonNull(states, "not opened");
  }

  /** What was counted. */
  RerankMetrics metrics() {
    return Objects.requireNonNull(metrics, "not opened");
  }
}
