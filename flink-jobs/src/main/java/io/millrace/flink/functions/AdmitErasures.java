package io.millrace.flink.functions;

import io.millrace.flink.features.InputRules;
import io.millrace.flink.features.Refusal;
import io.millrace.flink.records.UserInput;
import io.millrace.flink.records.UserInput.Arrival;
import io.millrace.schemas.avro.Erasure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Lets in wishes to be forgotten. */
public final class AdmitErasures extends Admission<Erasure, UserInput> {
  private static final long serialVersionUID = 1L;

  /**
   * @param job name of the job, for its dead letters
   * @param skew how far a record's own time may lie after its Kafka timestamp
   */
  public AdmitErasures(String job, Duration skew) {
    super(job, skew.toMillis());
  }

  @Override
  @Nullable Refusal check(Erasure value, long published, InputRules rules) {
    return rules.check(value, published);
  }

  @Override
  UserInput input(Erasure value, Arrival arrival) {
    return new UserInput.Erased(value, arrival);
  }
}
