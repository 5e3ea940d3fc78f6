package io.millrace.flink.profiles;

import io.millrace.flink.llm.ChatAnswer;
import io.millrace.flink.llm.ChatRequest;
import java.util.List;

/** Asks about a user, and makes a profile of those answers that the user's events bear out. */
public final class ProfileWriter {
  private final ProfilePrompt prompt;
  private final Grounding grounding;

  /**
   * A writer.
   *
   * @param prompt how to ask
   * @param rules what to believe
   */
  public ProfileWriter(ProfilePrompt prompt, GroundingRules rules) {
    this.prompt = prompt;
    this.grounding = new Grounding(rules);
  }

  /** The prompt's name and version. */
  public String promptVersion() {
    return prompt.version();
  }

  /** At least one question; none holds the user's id, an event's or an item's. */
  public List<ChatRequest> questions(ProfileEvidence evidence) {
    return prompt.questions(evidence);
  }

  /**
   * Writes the profile.
   *
   * @param evidence what the questions were made from
   * @param answers one for each question, in their order
   * @throws UnreadableAnswerException if an answer is not in the form that was asked for
   */
  public WrittenProfile write(ProfileEvidence evidence, List<ChatAnswer> answers)
      throws UnreadableAnswerException {
    return grounding.ground(
        evidence, prompt.read(evidence, answers.stream().map(ChatAnswer::text).toList()));
  }
}
