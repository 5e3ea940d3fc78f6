package io.millrace.flink.functions;

import io.millrace.flink.features.InputDigest;
import io.millrace.flink.features.PendingTrigger;
import io.millrace.flink.inference.RecommendAnswer;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.Reranking;
import io.millrace.schemas.avro.StageTimes;
import io.millrace.schemas.avro.Trigger;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.util.clock.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Writes the record of a list: the items, what they were made from, and how long each stage took.
 */
final class ListWriter {
  private static final String RECOMMENDER = "recommender";
  private static final String PROFILE = "profile";
  private static final String RERANKER = "reranker";
  private static final long MICROS_PER_MILLI = 1000;
  private static final long NANOS_PER_MICRO = 1000;

  private final Clock clock;

  ListWriter(Clock clock) {
    this.clock = clock;
  }

  /**
   * Writes it.
   *
   * @param reranking what a language model had found of the model server's answer; null where
   *     nothing was found
   */
  Recommendation write(
      PendingList list,
      PendingList.Inputs inputs,
      Ladder.Choice choice,
      @Nullable Reranking reranking) {
    PendingTrigger trigger = list.trigger;
    boolean hasEvents = trigger.lastEventId() != null;
    return new Recommendation(
        inputs.id(),
        list.user.userId,
        new Trigger(trigger.kind(), trigger.id()),
        trigger.surface(),
        choice.items(),
        choice.rung(),
        choice.reason(),
        versions(
            choice.modelVersion(),
            inputs.profileVersion(),
            choice.outcome().fromServer() > 0 ? reranking : null),
        InputDigest.of(inputs.sequence(), inputs.exclude(), inputs.profileVersion(), trigger.k()),
        trigger.lastEventId(),
        hasEvents ? Instant.ofEpochMilli(trigger.lastEventTime()) : null,
        inputs.sequence().length(),
        Instant.ofEpochMilli(clock.absoluteTimeMillis()),
        stages(list),
        choice.outcome().applied());
  }

  private static Map<String, String> versions(
      @Nullable String model, long profile, @Nullable Reranking reranking) {
    Map<String, String> versions = new HashMap<>(4);
    if (model != null) {
      versions.put(RECOMMENDER, model);
    }
    if (profile >= 0) {
      versions.put(PROFILE, Long.toString(profile));
    }
    if (reranking != null) {
      versions.put(RERANKER, reranking.getModel() + " " + reranking.getPromptVersion());
    }
    return versions;
  }

  private StageTimes stages(PendingList list) {
    PendingTrigger trigger = list.trigger;
    RecommendAnswer answer = list.answer;
    return new StageTimes(
        Math.max(0, trigger.readAtMillis() - trigger.brokerTimestamp()) * MICROS_PER_MILLI,
        stateMicros(list),
        list.call == null ? null : micros(list.calledAtNanos, list.answeredAtNanos),
        answer == null ? null : answer.queueMicros(),
        answer == null ? null : answer.computeMicros(),
        micros(list.answeredAtNanos, clock.relativeTimeNanos()));
  }

  /** By the monotonic clock where the reader's is the same, else by the coarser common one. */
  private long stateMicros(PendingList list) {
    PendingTrigger trigger = list.trigger;
    if (trigger.readAtNanos() != PendingTrigger.OTHER_JVM) {
      return micros(trigger.readAtNanos(), list.calledAtNanos);
    }
    long sinceCall = micros(list.calledAtNanos, clock.relativeTimeNanos());
    long sinceRead = (clock.absoluteTimeMillis() - trigger.readAtMillis()) * MICROS_PER_MILLI;
    return Math.max(0, sinceRead - sinceCall);
  }

  private static long micros(long from, long to) {
    return Math.max(0, (to - from) / NANOS_PER_MICRO);
  }
}
