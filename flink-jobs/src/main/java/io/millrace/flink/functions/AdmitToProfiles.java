package io.millrace.flink.functions;

import io.millrace.flink.features.InputRules;
import io.millrace.flink.features.Refusal;
import io.millrace.flink.records.ProfileInput;
import io.millrace.flink.records.UserInput.Arrival;
import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.ProfileRefresh;
import java.io.Serializable;
import java.time.Duration;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Lets in what profiles are made of.
 *
 * @param <V> the topic's record class
 */
public final class AdmitToProfiles<V extends SpecificRecord> extends Admission<V, ProfileInput> {
  private static final long serialVersionUID = 1L;

  private final Check<V> check;
  private final Conversion<V> conversion;
  private final boolean hasTombstones;

  private AdmitToProfiles(
      String job, Duration skew, Check<V> check, Conversion<V> conversion, boolean hasTombstones) {
    super(job, skew.toMillis());
    this.check = check;
    this.conversion = conversion;
    this.hasTombstones = hasTombstones;
  }

  @FunctionalInterface
  private interface Check<V> extends Serializable {
    @Nullable Refusal of(V value, long published, InputRules rules);
  }

  @FunctionalInterface
  private interface Conversion<V> extends Serializable {
    ProfileInput of(V value, Arrival arrival);
  }

  /**
   * What users do.
   *
   * @param backfillAge older events, by their Kafka timestamp when they are read, are not live
   */
  public static AdmitToProfiles<Interaction> interactions(
      String job, Duration skew, Duration backfillAge) {
    long oldest = backfillAge.toMillis();
    return new AdmitToProfiles<>(
        job,
        skew,
        (event, published, rules) -> rules.check(event, published),
        (event, arrival) ->
            new ProfileInput.Interacted(
                event, arrival.readAtMillis() - arrival.brokerTimestamp() <= oldest),
        false);
  }

  /** Wishes to be forgotten. */
  public static AdmitToProfiles<Erasure> erasures(String job, Duration skew) {
    return new AdmitToProfiles<>(
        job,
        skew,
        (erasure, published, rules) -> rules.check(erasure, published),
        (erasure, arrival) -> new ProfileInput.Erased(erasure),
        false);
  }

  /** Wishes for a profile. */
  public static AdmitToProfiles<ProfileRefresh> refreshes(String job, Duration skew) {
    return new AdmitToProfiles<>(
        job,
        skew,
        (refresh, published, rules) -> rules.check(refresh, published),
        (refresh, arrival) -> new ProfileInput.Refreshed(refresh),
        false);
  }

  /** The journal; what was erased from it says nothing. */
  public static AdmitToProfiles<LanguageModelAnswer> answers(String job, Duration skew) {
    return new AdmitToProfiles<>(
        job,
        skew,
        (answer, published, rules) -> rules.check(answer, published),
        (answer, arrival) -> new ProfileInput.Answered(answer),
        true);
  }

  @Override
  @Nullable Refusal check(V value, long published, InputRules rules) {
    return check.of(value, published, rules);
  }

  @Override
  ProfileInput input(V value, Arrival arrival) {
    return conversion.of(value, arrival);
  }

  @Override
  boolean ignoresTombstones() {
    return hasTombstones;
  }
}
