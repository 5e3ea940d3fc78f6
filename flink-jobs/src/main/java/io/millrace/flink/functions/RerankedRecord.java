package io.millrace.flink.functions;

import io.millrace.flink.llm.ChatAnswer;
import io.millrace.flink.profiles.RerankPrompt;
import io.millrace.flink.profiles.UnreadableAnswerException;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.RerankQuestion;
import io.millrace.schemas.avro.RerankScore;
import io.millrace.schemas.avro.RerankedCandidates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Makes the record of what a language model said of a list; of what the journal holds alone. */
final class RerankedRecord {
  private RerankedRecord() {}

  /**
   * The record.
   *
   * @param answers all of them, in the order of the prompt's questions
   * @throws UnreadableAnswerException if one does not have a likelihood for each candidate
   */
  static RerankedCandidates of(
      RerankQuestion question, RerankPrompt prompt, List<LanguageModelAnswer> answers)
      throws UnreadableAnswerException {
    int size = question.getCandidates().size();
    double[] scores =
        prompt.scores(answers.stream().map(RerankedRecord::chatAnswer).toList(), size);
    List<RerankScore> named = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      named.add(new RerankScore(question.getCandidates().get(i).getItemId(), (float) scores[i]));
    }
    return new RerankedCandidates(
        question.getUserId(),
        question.getRecommendationId(),
        named,
        answers.get(0).getModel(),
        prompt.version(),
        question.getEventTime(),
        answers.stream()
            .map(LanguageModelAnswer::getAnsweredAt)
            .max(Instant::compareTo)
            .orElseThrow(),
        answers.stream().mapToInt(LanguageModelAnswer::getPromptTokens).sum(),
        answers.stream().mapToInt(LanguageModelAnswer::getCompletionTokens).sum(),
        answers.stream().map(LanguageModelAnswer::getAnswerId).toList());
  }

  private static ChatAnswer chatAnswer(LanguageModelAnswer answer) {
    return new ChatAnswer(
        answer.getText(),
        answer.getModel(),
        answer.getPromptTokens(),
        answer.getCompletionTokens());
  }
}
