package io.millrace.flink.records;

import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.RerankQuestion;

/** One thing that matters for the reranking of one user's lists. */
public sealed interface RerankInput {

  /** The key of the stream. */
  String userId();

  /** A list is to be looked over. */
  record Asked(RerankQuestion question) implements RerankInput {
    @Override
    public String userId() {
      return question.getUserId();
    }
  }

  /** An answer about the user is in the journal. */
  record Answered(LanguageModelAnswer answer) implements RerankInput {
    @Override
    public String userId() {
      return answer.getSubject();
    }
  }

  /** The user asks to be forgotten. */
  record Erased(Erasure erasure) implements RerankInput {
    @Override
    public String userId() {
      return erasure.getUserId();
    }
  }
}
