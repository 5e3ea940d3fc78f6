package io.millrace.flink.functions;

import io.millrace.flink.features.InputRules;
import io.millrace.flink.features.Refusal;
import io.millrace.flink.records.UserInput;
import io.millrace.flink.records.UserInput.Arrival;
import io.millrace.schemas.avro.RerankedCandidates;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Lets in what a language model found in users' lists; a tombstone removes what it found. */
public final class AdmitReranked extends Admission<RerankedCandidates, UserInput> {
  private static final long serialVersionUID = 1L;

  /**
   * @param job name of the job, for its dead letters
   * @param skew how far a record's own time may lie after its Kafka timestamp
   */
  public AdmitReranked(String job, Duration skew) {
    super(job, skew.toMillis());
  }

  @Override
  @Nullable Refusal check(RerankedCandidates value, long published, InputRules rules) {
    return rules.check(value, published);
  }

  @Override
  UserInput input(RerankedCandidates value, Arrival arrival) {
    return new UserInput.Reranked(value.getUserId(), value, arrival);
  }

  @Override
  UserInput removal(String key, Arrival arrival) {
    return new UserInput.Reranked(key, null, arrival);
  }
}
