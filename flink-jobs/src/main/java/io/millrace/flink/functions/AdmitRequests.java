package io.millrace.flink.functions;

import io.millrace.flink.features.InputRules;
import io.millrace.flink.features.Refusal;
import io.millrace.flink.records.UserInput;
import io.millrace.flink.records.UserInput.Arrival;
import io.millrace.schemas.avro.RecommendationRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Lets in wishes for lists. */
public final class AdmitRequests extends Admission<RecommendationRequest, UserInput> {
  private static final long serialVersionUID = 1L;

  /**
   * @param job name of the job, for its dead letters
   * @param skew how far a record's own time may lie after its Kafka timestamp
   */
  public AdmitRequests(String job, Duration skew) {
    super(job, skew.toMillis());
  }

  @Override
  @Nullable Refusal check(RecommendationRequest value, long published, InputRules rules) {
    return rules.check(value, published);
  }

  @Override
  UserInput input(RecommendationRequest value, Arrival arrival) {
    return new UserInput.Requested(value, arrival);
  }
}
