package io.millrace.flink.functions;

import io.millrace.flink.features.InputRules;
import io.millrace.flink.features.Refusal;
import io.millrace.flink.records.UserInput;
import io.millrace.flink.records.UserInput.Arrival;
import io.millrace.schemas.avro.Interaction;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Lets in what users do. */
public final class AdmitInteractions extends Admission<Interaction, UserInput> {
  private static final long serialVersionUID = 1L;

  /**
   * @param job name of the job, for its dead letters
   * @param skew how far a record's own time may lie after its Kafka timestamp
   */
  public AdmitInteractions(String job, Duration skew) {
    super(job, skew.toMillis());
  }

  @Override
  @Nullable Refusal check(Interaction value, long published, InputRules rules) {
    return rules.check(value, published);
  }

  @Override
  UserInput input(Interaction value, Arrival arrival) {
    return new UserInput.Interacted(value, arrival);
  }
}
