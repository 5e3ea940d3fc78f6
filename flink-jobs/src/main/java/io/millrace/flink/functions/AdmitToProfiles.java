package io.millrace.flink.functions;

import io.millrace.flink.records.ProfileInput;
import io.millrace.flink.records.SourceRecord;
import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.ProfileRefresh;
import java.time.Duration;
import org.apache.flink.streaming.api.functions.ProcessFunction;

/** Lets in what profiles are made of. */
public final class AdmitToProfiles {
  private AdmitToProfiles() {}

  /**
   * What users do.
   *
   * @param backfillAge older events, by their Kafka timestamp when they are read, are not live
   */
  public static ProcessFunction<SourceRecord<Interaction>, ProfileInput> interactions(
      String job, Duration skew, Duration backfillAge) {
    long oldest = backfillAge.toMillis();
    return new ConvertingAdmission<>(
        job,
        skew,
        (event, published, rules) -> rules.check(event, published),
        (event, arrival) ->
            new ProfileInput.Interacted(
                event, arrival.readAtMillis() - arrival.brokerTimestamp() <= oldest),
        false);
  }

  /** Wishes to be forgotten. */
  public static ProcessFunction<SourceRecord<Erasure>, ProfileInput> erasures(
      String job, Duration skew) {
    return new ConvertingAdmission<>(
        job,
        skew,
        (erasure, published, rules) -> rules.check(erasure, published),
        (erasure, arrival) -> new ProfileInput.Erased(erasure),
        false);
  }

  /** Wishes for a profile. */
  public static ProcessFunction<SourceRecord<ProfileRefresh>, ProfileInput> refreshes(
      String job, Duration skew) {
    return new ConvertingAdmission<>(
        job,
        skew,
        (refresh, published, rules) -> rules.check(refresh, published),
        (refresh, arrival) -> new ProfileInput.Refreshed(refresh),
        false);
  }

  /** The journal; what was erased from it says nothing. */
  public static ProcessFunction<SourceRecord<LanguageModelAnswer>, ProfileInput> answers(
      String job, Duration skew) {
    return new ConvertingAdmission<>(
        job,
        skew,
        (answer, published, rules) -> rules.check(answer, published),
        (answer, arrival) -> new ProfileInput.Answered(answer),
        true);
  }
}
