package io.millrace.flink.functions;

import io.millrace.flink.llm.ChatRequest;
import io.millrace.flink.llm.LanguageModelCall;
import io.millrace.flink.profiles.AnswerId;
import io.millrace.flink.profiles.ItemCard;
import io.millrace.flink.profiles.ItemPrompt;
import io.millrace.flink.records.AvroRecordSerializer;
import io.millrace.flink.records.ItemCardSerializer;
import io.millrace.flink.records.ItemUpdate;
import io.millrace.flink.records.KnowledgeChange;
import io.millrace.flink.records.RecordTypes;
import io.millrace.schemas.avro.LanguageModelAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Has a language model write about each item, once for each version of it: items on the first
 * input, answers out of their journal on the second. Questions leave on a side output.
 *
 * <p>A question is named after all that is asked and has its family's number in the journal, so
 * that an item that comes again unchanged, or after a restart, is not asked about again.
 *
 * <p><b>What could leak.</b> A question that is never answered: it is put again for as long as the
 * item is in the catalogue. Answers about items that the catalogue does not have (yet): one for
 * each family, until the item comes. Those of a removed item go with it, from state and journal.
 */
public final class KnowledgeFunction
    extends KeyedCoProcessFunction<String, ItemUpdate, LanguageModelAnswer, KnowledgeChange> {
  /** Questions for the gateway. */
  public static final OutputTag<LanguageModelCall> CALLS =
      new OutputTag<>("calls", RecordTypes.LANGUAGE_MODEL_CALL);

  /** Keys that have to go from the journal. */
  public static final OutputTag<String> FORGOTTEN = new OutputTag<>("forgotten", Types.STRING);

  private static final long serialVersionUID = 1L;

  /** The item as it is now. Absent unless the catalogue has it. */
  private static final ValueStateDescriptor<ItemCard> CARD =
      new ValueStateDescriptor<>("card", new ItemCardSerializer());

  /** Answers that nothing was written of yet, by their number. Absent otherwise. */
  private static final MapStateDescriptor<Long, LanguageModelAnswer> ANSWERS =
      new MapStateDescriptor<>(
          "answers",
          LongSerializer.INSTANCE,
          new AvroRecordSerializer<>(LanguageModelAnswer.class));

  /** Ids of the answers that the newest knowledge was made of. Absent before the first. */
  private static final ValueStateDescriptor<String> WRITTEN =
      new ValueStateDescriptor<>("written", StringSerializer.INSTANCE);

  /** When questions are put again, epoch milliseconds: the one timer. Absent when none waits. */
  private static final ValueStateDescriptor<Long> WAKE_AT =
      new ValueStateDescriptor<>("wake-at", LongSerializer.INSTANCE);

  /** Of every question: items are equal. */
  private static final double GAIN = 1;

  private final CatalogueSettings settings;
  private transient @Nullable List<ItemPrompt> prompts;
  private transient @Nullable CatalogueMetrics metrics;
  private transient @Nullable ValueState<ItemCard> card;
  private transient @Nullable MapState<Long, LanguageModelAnswer> answers;
  private transient @Nullable ValueState<String> written;
  private transient @Nullable ValueState<Long> wakeAt;

  /** One question about the item, with its answer if there is one. */
  private record Question(
      long ordinal,
      String id,
      ItemPrompt prompt,
      ChatRequest request,
      @Nullable LanguageModelAnswer answer) {}

  /** Asks what the settings say. */
  public KnowledgeFunction(CatalogueSettings settings) {
    this.settings = settings;
  }

  @Override
  public void open(OpenContext context) {
    prompts = settings.prompts();
    metrics = new CatalogueMetrics(getRuntimeContext().getMetricGroup());
    card = getRuntimeContext().getState(CARD);
    answers = getRuntimeContext().getMapState(ANSWERS);
    written = getRuntimeContext().getState(WRITTEN);
    wakeAt = getRuntimeContext().getState(WAKE_AT);
  }

  @Override
  public void processElement1(ItemUpdate update, Context context, Collector<KnowledgeChange> out)
      throws Exception {
    ItemCard now = update.card();
    if (now == null) {
      remove(update.itemId(), context, out);
    } else if (!now.equals(card().value())) {
      card().update(now);
      advance(update.itemId(), now, context, out);
    }
  }

  private void remove(String itemId, Context context, Collector<KnowledgeChange> out)
      throws Exception {
    if (card().value() == null) {
      return;
    }
    for (long ordinal = 1; ordinal <= prompts().size(); ordinal++) {
      context.output(FORGOTTEN, itemId + "/" + ordinal);
    }
    Long timer = wakeAt().value();
    if (timer != null) {
      context.timerService().deleteProcessingTimeTimer(timer);
    }
    card().clear();
    answers().clear();
    written().clear();
    wakeAt().clear();
    out.collect(new KnowledgeChange(itemId, null));
  }

  @Override
  public void processElement2(
      LanguageModelAnswer answer, Context context, Collector<KnowledgeChange> out)
      throws Exception {
    if (answer.getOrdinal() > prompts().size()) {
      return;
    }
    ItemCard known = card().value();
    answers().put(answer.getOrdinal(), answer);
    if (known != null) {
      write(answer.getSubject(), known, questions(answer.getSubject(), known), out);
    }
  }

  /** Writes what is answered already, else puts the questions. */
  private void advance(
      String itemId, ItemCard item, Context context, Collector<KnowledgeChange> out)
      throws Exception {
    List<Question> questions = questions(itemId, item);
    if (!write(itemId, item, questions, out)) {
      for (Question question : questions) {
        if (question.answer == null) {
          metrics().offered.inc();
          context.output(CALLS, call(itemId, question));
        }
      }
      if (wakeAt().value() == null) {
        wake(context);
      }
    }
  }

  private void wake(Context context) throws Exception {
    long at = context.timerService().currentProcessingTime() + settings.offerAgain().toMillis();
    wakeAt().update(at);
    context.timerService().registerProcessingTimeTimer(at);
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<KnowledgeChange> out)
      throws Exception {
    wakeAt().clear();
    ItemCard known = card().value();
    if (known != null) {
      advance(context.getCurrentKey(), known, context, out);
    }
  }

  private List<Question> questions(String itemId, ItemCard item) throws Exception {
    List<Question> questions = new ArrayList<>();
    for (ItemPrompt prompt : prompts()) {
      long ordinal = questions.size() + 1L;
      ChatRequest request = prompt.question(item, List.of());
      String id = AnswerId.of(itemId, ordinal, prompt.version(), settings.model(), request);
      LanguageModelAnswer answer = answers().get(ordinal);
      boolean same = answer != null && answer.getAnswerId().equals(id);
      questions.add(new Question(ordinal, id, prompt, request, same ? answer : null));
    }
    return questions;
  }

  /**
   * What comes first in the catalogue is asked first, one item's questions after the other's: of
   * equal gain the first that came is asked, and nothing is written before all are answered.
   */
  private static LanguageModelCall call(String itemId, Question question) {
    return new LanguageModelCall(
        question.id, itemId, question.ordinal, question.prompt.version(), GAIN, question.request);
  }

  /** Whether everything is written that there is to write. */
  private boolean write(
      String itemId, ItemCard item, List<Question> questions, Collector<KnowledgeChange> out)
      throws Exception {
    String ids = String.join(",", questions.stream().map(Question::id).toList());
    if (ids.equals(written().value())) {
      answers().clear();
      return true;
    }
    KnowledgeRecord record = new KnowledgeRecord(itemId, item);
    for (Question question : questions) {
      if (question.answer == null) {
        return false;
      }
      if (!record.add(question.prompt, question.answer)) {
        metrics().unreadable.inc();
      }
    }
    written().update(ids);
    answers().clear();
    metrics().wrote(record);
    out.collect(new KnowledgeChange(itemId, record.build()));
    return true;
  }

  private List<ItemPrompt> prompts() {
    return Objects.requireNonNull(prompts, "not opened");
  }

  private CatalogueMetrics metrics() {
    return Objects.requireNonNull(metrics, "not opened");
  }

  private ValueState<ItemCard> card() {
    return Objects.requireNonNull(card, "not opened");
  }

  private MapState<Long, LanguageModelAnswer> answers() {
    return Objects.requireNonNull(answers, "not opened");
  }

  private ValueState<String> written() {
    return Objects.requireNonNull(written, "not opened");
  }

  private ValueState<Long> wakeAt() {
    return Objects.requireNonNull(wakeAt, "not opened");
  }
}
