package io.millrace.flink.functions;

import io.millrace.flink.records.RerankInput;
import io.millrace.flink.records.SourceRecord;
import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.RerankQuestion;
import java.time.Duration;
import org.apache.flink.streaming.api.functions.ProcessFunction;

/** Lets in what reranking is made of. */
public final class AdmitToRerank {
  private AdmitToRerank() {}

  /** Lists that are to be looked over. */
  public static ProcessFunction<SourceRecord<RerankQuestion>, RerankInput> questions(
      String job, Duration skew) {
    return new ConvertingAdmission<>(
        job,
        skew,
        (question, published, rules) -> rules.check(question, published),
        (question, arrival) -> new RerankInput.Asked(question),
        false);
  }

  /** Wishes to be forgotten. */
  public static ProcessFunction<SourceRecord<Erasure>, RerankInput> erasures(
      String job, Duration skew) {
    return new ConvertingAdmission<>(
        job,
        skew,
        (erasure, published, rules) -> rules.check(erasure, published),
        (erasure, arrival) -> new RerankInput.Erased(erasure),
        false);
  }

  /** The journal; what was erased from it says nothing. */
  public static ProcessFunction<SourceRecord<LanguageModelAnswer>, RerankInput> answers(
      String job, Duration skew) {
    return new ConvertingAdmission<>(
        job,
        skew,
        (answer, published, rules) -> rules.check(answer, published),
        (answer, arrival) -> new RerankInput.Answered(answer),
        true);
  }
}
