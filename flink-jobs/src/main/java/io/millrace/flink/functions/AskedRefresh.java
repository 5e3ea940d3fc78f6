package io.millrace.flink.functions;

import io.millrace.flink.llm.ChatRequest;
import io.millrace.flink.profiles.ProfileEvidence;
import io.millrace.schemas.avro.LanguageModelAnswer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A refresh, its questions, and what the journal has answered of them.
 *
 * @param evidence what it is written from
 * @param questions at least one, in the prompt's order
 */
record AskedRefresh(ProfileEvidence evidence, List<Question> questions) {

  /**
   * One of its questions.
   *
   * @param ordinal its number among all about the user
   * @param id names its answer
   * @param request what is asked
   * @param answer null while the journal has none
   */
  record Question(
      long ordinal, String id, ChatRequest request, @Nullable LanguageModelAnswer answer) {}

  /** Those without an answer. */
  List<Question> open() {
    return questions.stream().filter(question -> question.answer() == null).toList();
  }

  /** All answers, in the order of the questions; none may be open. */
  List<LanguageModelAnswer> answers() {
    return questions.stream()
        .map(question -> Objects.requireNonNull(question.answer(), question.id()))
        .toList();
  }
}
