package io.millrace.flink.functions;

import io.millrace.flink.features.InputRules;
import io.millrace.flink.features.Refusal;
import io.millrace.flink.records.UserInput;
import io.millrace.flink.records.UserInput.Arrival;
import io.millrace.schemas.avro.UserProfile;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Lets in profiles; a tombstone removes the profile of the user it is keyed by. */
public final class AdmitProfiles extends Admission<UserProfile, UserInput> {
  private static final long serialVersionUID = 1L;

  /**
   * @param job name of the job, for its dead letters
   * @param skew how far a record's own time may lie after its Kafka timestamp
   */
  public AdmitProfiles(String job, Duration skew) {
    super(job, skew.toMillis());
  }

  @Override
  @Nullable Refusal check(UserProfile value, long published, InputRules rules) {
    return rules.check(value, published);
  }

  @Override
  UserInput input(UserProfile value, Arrival arrival) {
    return new UserInput.Profiled(value.getUserId(), value, arrival);
  }

  @Override
  UserInput removal(String key, Arrival arrival) {
    return new UserInput.Profiled(key, null, arrival);
  }
}
