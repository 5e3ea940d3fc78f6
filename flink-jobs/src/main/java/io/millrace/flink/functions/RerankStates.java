package io.millrace.flink.functions;

import io.millrace.flink.llm.LanguageModelCall;
import io.millrace.flink.profiles.RerankPrompt;
import io.millrace.flink.records.AvroRecordSerializer;
import io.millrace.flink.records.LanguageModelCallSerializer;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.RerankQuestion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.streaming.api.TimerService;
import org.jspecify.annotations.Nullable;

/** The keyed state of lists that a language model looks over; of the current user. */
final class RerankStates {
  /**
   * The list that waits; with the candidates that have titles, once it is asked about. Absent when
   * none waits.
   */
  private static final ValueStateDescriptor<RerankQuestion> QUESTION =
      new ValueStateDescriptor<>("question", new AvroRecordSerializer<>(RerankQuestion.class));

  /** What is asked about it, by number: titles may change meanwhile. Absent until it is. */
  private static final MapStateDescriptor<Long, LanguageModelCall> CALLS =
      new MapStateDescriptor<>("calls", LongSerializer.INSTANCE, new LanguageModelCallSerializer());

  /** Answers, by number, that no record was made of yet. */
  private static final MapStateDescriptor<Long, LanguageModelAnswer> ANSWERS =
      new MapStateDescriptor<>(
          "answers",
          LongSerializer.INSTANCE,
          new AvroRecordSerializer<>(LanguageModelAnswer.class));

  /**
   * Event time, epoch milliseconds, up to which lists are not taken in: the newest one's, or an
   * erasure's. Absent when both are long ago.
   */
  private static final ValueStateDescriptor<Long> TAKEN_UP_TO =
      new ValueStateDescriptor<>("taken-up-to", LongSerializer.INSTANCE);

  /** Until when an erasure is remembered, epoch milliseconds. Absent without one. */
  private static final ValueStateDescriptor<Long> ERASED_UNTIL =
      new ValueStateDescriptor<>("erased-until", LongSerializer.INSTANCE);

  /** The one timer, epoch milliseconds. Absent only when everything else is. */
  private static final ValueStateDescriptor<Long> WAKE_AT =
      new ValueStateDescriptor<>("wake-at", LongSerializer.INSTANCE);

  private final ValueState<RerankQuestion> question;
  private final MapState<Long, LanguageModelCall> calls;
  private final MapState<Long, LanguageModelAnswer> answers;
  private final ValueState<Long> takenUpTo;
  private final ValueState<Long> erasedUntil;
  private final ValueState<Long> wakeAt;

  RerankStates(RuntimeContext context) {
    question = context.getState(QUESTION);
    calls = context.getMapState(CALLS);
    answers = context.getMapState(ANSWERS);
    takenUpTo = context.getState(TAKEN_UP_TO);
    erasedUntil = context.getState(ERASED_UNTIL);
    wakeAt = context.getState(WAKE_AT);
  }

  /** The list that waits; null when none does. */
  @Nullable RerankQuestion question() throws IOException {
    return question.value();
  }

  /** Event time, epoch milliseconds, up to which lists are not taken in. */
  long takenUpTo() throws IOException {
    Long time = takenUpTo.value();
    return time == null ? Long.MIN_VALUE : time;
  }

  /** Until when an erasure is remembered, epoch milliseconds; 0 without one. */
  long erasedUntil() throws IOException {
    Long time = erasedUntil.value();
    return time == null ? 0 : time;
  }

  /** Lets a list wait, in the place of any other. */
  void wait(RerankQuestion list, List<LanguageModelCall> asked) throws Exception {
    question.update(list);
    takenUpTo.update(list.getEventTime().toEpochMilli());
    calls.clear();
    for (LanguageModelCall call : asked) {
      calls.put(call.ordinal(), call);
    }
  }

  /** Takes no lists in up to an event time, epoch milliseconds. */
  void takenUpTo(long eventTime) throws IOException {
    takenUpTo.update(eventTime);
  }

  /** Whether something was asked about the list that waits. */
  boolean isAsked() throws Exception {
    return !calls.isEmpty();
  }

  /** Takes an answer in; returns false if the list that waits has no use for it. */
  boolean answer(LanguageModelAnswer answer) throws Exception {
    if (answer.getOrdinal() > RerankPrompt.QUESTIONS) {
      return false;
    }
    LanguageModelCall call = calls.get(answer.getOrdinal());
    if (call != null && !call.answerId().equals(answer.getAnswerId())) {
      return false;
    }
    answers.put(answer.getOrdinal(), answer);
    return true;
  }

  /** What is asked about the list that waits, and not answered. */
  List<LanguageModelCall> open() throws Exception {
    List<LanguageModelCall> open = new ArrayList<>();
    for (long ordinal = 1; ordinal <= RerankPrompt.QUESTIONS; ordinal++) {
      LanguageModelCall call = calls.get(ordinal);
      if (call != null && answerTo(call) == null) {
        open.add(call);
      }
    }
    return open;
  }

  /**
   * The answers about the list that waits, in the order of the questions; empty unless all came.
   */
  List<LanguageModelAnswer> answers() throws Exception {
    List<LanguageModelAnswer> all = new ArrayList<>();
    for (long ordinal = 1; ordinal <= RerankPrompt.QUESTIONS; ordinal++) {
      LanguageModelCall call = calls.get(ordinal);
      LanguageModelAnswer answer = call == null ? null : answerTo(call);
      if (answer == null) {
        return List.of();
      }
      all.add(answer);
    }
    return all;
  }

  /** An answer to another question under the same number is none. */
  private @Nullable LanguageModelAnswer answerTo(LanguageModelCall call) throws Exception {
    LanguageModelAnswer answer = answers.get(call.ordinal());
    return answer != null && answer.getAnswerId().equals(call.answerId()) ? answer : null;
  }

  /** The list does not wait any more. */
  void done() {
    question.clear();
    calls.clear();
    answers.clear();
  }

  /**
   * Forgets everything, and lists up to a time for good.
   *
   * @param upTo event time, epoch milliseconds
   * @param until processing time, epoch milliseconds, until which that is remembered
   */
  void erase(long upTo, long until) throws IOException {
    done();
    takenUpTo.update(Math.max(upTo, takenUpTo()));
    erasedUntil.update(until);
  }

  /** Sets the one timer, whatever it was before. */
  void wakeAt(long at, TimerService timers) throws IOException {
    Long before = wakeAt.value();
    if (before != null) {
      timers.deleteProcessingTimeTimer(before);
    }
    wakeAt.update(at);
    timers.registerProcessingTimeTimer(at);
  }

  /** There is nothing to remember. */
  void clear() {
    done();
    takenUpTo.clear();
    erasedUntil.clear();
    wakeAt.clear();
  }
}
