package io.millrace.flink.functions;

import io.millrace.flink.features.InputRules;
import io.millrace.flink.features.Refusal;
import io.millrace.flink.records.DeadLetterFactory;
import io.millrace.flink.records.SourceRecord;
import io.millrace.flink.records.UserInput.Arrival;
import io.millrace.schemas.avro.DeadLetter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Lets in what a topic may say, and sends everything else to {@link DeadLetters#TAG} with its
 * bytes. Stateless.
 *
 * @param <V> the topic's record class
 * @param <T> what the job makes of a record
 */
abstract class Admission<V extends SpecificRecord, T> extends ProcessFunction<SourceRecord<V>, T> {
  private static final long serialVersionUID = 1L;

  private final String job;
  private final long skewMillis;

  private transient @Nullable InputRules rules;
  private transient @Nullable Counter deadLettered;

  Admission(String job, long skewMillis) {
    this.job = job;
    this.skewMillis = skewMillis;
  }

  /** What is wrong with a value; null when nothing is. */
  abstract @Nullable Refusal check(V value, long published, InputRules rules);

  abstract T input(V value, Arrival arrival);

  /** Hands on what was let in. */
  void handOn(T input, Arrival arrival, Context context, Collector<T> out) {
    out.collect(input);
  }

  /** What a tombstone says; null where the topic has none. */
  @Nullable T removal(String key, Arrival arrival) {
    return null;
  }

  /** Whether a tombstone says nothing, and is nothing to complain of either. */
  boolean ignoresTombstones() {
    return false;
  }

  @Override
  public void open(OpenContext context) {
    rules = new InputRules(skewMillis);
    deadLettered = getRuntimeContext().getMetricGroup().counter("deadLettered");
  }

  @Override
  public void processElement(SourceRecord<V> record, Context context, Collector<T> out) {
    DeadLetter refused = record.refused();
    if (refused != null) {
      refuse(refused, context);
      return;
    }
    Arrival arrival =
        new Arrival(record.brokerTimestamp(), record.readAtMillis(), record.readAtNanos());
    V value = record.value();
    if (value == null) {
      if (!ignoresTombstones()) {
        admitRemoval(record, arrival, context, out);
      }
      return;
    }
    Refusal refusal = check(value, record.brokerTimestamp(), rules());
    if (refusal == null) {
      handOn(input(value, arrival), arrival, context, out);
    } else {
      refuse(record, refusal, context);
    }
  }

  private void admitRemoval(
      SourceRecord<V> record, Arrival arrival, Context context, Collector<T> out) {
    Refusal refusal = InputRules.checkId("key", record.key());
    T removal = removal(record.key(), arrival);
    if (refusal == null && removal != null) {
      handOn(removal, arrival, context, out);
    } else {
      refuse(
          record,
          refusal == null
              ? Refusal.impossible("value is null: this topic has no tombstones")
              : refusal,
          context);
    }
  }

  private void refuse(SourceRecord<V> record, Refusal refusal, Context context) {
    refuse(DeadLetterFactory.refuse(record, refusal.reason(), refusal.detail(), job), context);
  }

  private void refuse(DeadLetter letter, Context context) {
    if (deadLettered != null) {
      deadLettered.inc();
    }
    context.output(DeadLetters.TAG, letter);
  }

  private InputRules rules() {
    if (rules == null) {
      throw new IllegalStateException("not opened");
    }
    return rules;
  }
}
