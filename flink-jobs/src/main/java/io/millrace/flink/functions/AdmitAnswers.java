package io.millrace.flink.functions;

import io.millrace.flink.features.InputRules;
import io.millrace.flink.features.Refusal;
import io.millrace.flink.records.UserInput.Arrival;
import io.millrace.schemas.avro.LanguageModelAnswer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Lets in a journal of answers; what was removed from it says nothing. */
public final class AdmitAnswers extends Admission<LanguageModelAnswer, LanguageModelAnswer> {
  private static final long serialVersionUID = 1L;

  /**
   * @param job name of the job, for its dead letters
   * @param skew how far a record's own time may lie after its Kafka timestamp
   */
  public AdmitAnswers(String job, Duration skew) {
    super(job, skew.toMillis());
  }

  @Override
  @Nullable Refusal check(LanguageModelAnswer value, long published, InputRules rules) {
    return rules.check(value, published);
  }

  @Override
  LanguageModelAnswer input(LanguageModelAnswer value, Arrival arrival) {
    return value;
  }

  @Override
  boolean ignoresTombstones() {
    return true;
  }
}
