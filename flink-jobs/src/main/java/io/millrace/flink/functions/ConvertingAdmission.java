package io.millrace.flink.functions;

import io.millrace.flink.features.InputRules;
import io.millrace.flink.features.Refusal;
import io.millrace.flink.records.UserInput.Arrival;
import java.io.Serializable;
import java.time.Duration;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Lets in a topic that is one of several of the same stream.
 *
 * @param <V> the topic's record class
 * @param <T> what all of them become
 */
final class ConvertingAdmission<V extends SpecificRecord, T> extends Admission<V, T> {
  private static final long serialVersionUID = 1L;

  private final Check<V> check;
  private final Conversion<V, T> conversion;
  private final boolean hasTombstones;

  /** What is wrong with a value; null when nothing is. */
  @FunctionalInterface
  interface Check<V> extends Serializable {
    @Nullable Refusal of(V value, long published, InputRules rules);
  }

  /** What a value becomes. */
  @FunctionalInterface
  interface Conversion<V, T> extends Serializable {
    T of(V value, Arrival arrival);
  }

  /**
   * @param job name of the job, for its dead letters
   * @param skew how far a record's own time may lie after its Kafka timestamp
   * @param hasTombstones whether the topic has some, which say nothing
   */
  ConvertingAdmission(
      String job,
      Duration skew,
      Check<V> check,
      Conversion<V, T> conversion,
      boolean hasTombstones) {
    super(job, skew.toMillis());
    this.check = check;
    this.conversion = conversion;
    this.hasTombstones = hasTombstones;
  }

  @Override
  @Nullable Refusal check(V value, long published, InputRules rules) {
    return check.of(value, published, rules);
  }

  @Override
  T input(V value, Arrival arrival) {
    return conversion.of(value, arrival);
  }

  @Override
  boolean ignoresTombstones() {
    return hasTombstones;
  }
}
