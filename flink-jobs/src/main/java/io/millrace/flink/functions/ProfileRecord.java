package io.millrace.flink.functions;

import io.millrace.flink.profiles.ProfileEvidence;
import io.millrace.flink.profiles.WrittenProfile;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.UserProfile;
import java.time.Instant;
import java.util.List;

/** Makes the record of a profile; of what the journal holds alone, so a replay makes the same. */
final class ProfileRecord {
  private ProfileRecord() {}

  /**
   * The profile that follows the one in the evidence, without a vector yet.
   *
   * @param answers at least one
   */
  static UserProfile of(
      String user,
      ProfileEvidence evidence,
      WrittenProfile written,
      List<LanguageModelAnswer> answers) {
    UserProfile previous = evidence.previous();
    LanguageModelAnswer last = answers.get(answers.size() - 1);
    Instant newest =
        answers.stream()
            .map(LanguageModelAnswer::getAnsweredAt)
            .max(Instant::compareTo)
            .orElseThrow();
    return UserProfile.newBuilder()
        .setUserId(user)
        .setVersion(previous == null ? 1 : previous.getVersion() + 1)
        .setUpdatedAt(newest)
        .setSummary(written.summary())
        .setInterests(written.interests())
        .setDislikes(written.dislikes())
        .setAspects(written.aspects())
        .setCited(written.cited())
        .setModel(last.getModel())
        .setPromptVersion(last.getPromptVersion())
        .setPromptTokens(answers.stream().mapToInt(LanguageModelAnswer::getPromptTokens).sum())
        .setCompletionTokens(
            answers.stream().mapToInt(LanguageModelAnswer::getCompletionTokens).sum())
        .setEventCount(evidence.eventCount())
        .setClaimsRejected(written.claimsRejected())
        .setAnswerIds(answers.stream().map(LanguageModelAnswer::getAnswerId).toList())
        .build();
  }
}
