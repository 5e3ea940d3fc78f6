package io.millrace.flink.profiles;

import io.millrace.flink.llm.ChatRequest;
import java.util.List;

/** A way to ask a language model about a user. Pure: the same evidence gives the same questions. */
public interface ProfilePrompt {

  /** Name and version, as {@code keywords/1}; another wording or schema is another version. */
  String version();

  /** What is asked, at least one question. They do not depend on each other's answers. */
  List<ChatRequest> questions(ProfileEvidence evidence);

  /**
   * Reads the answers. What it returns is what the model said, not yet what is believed.
   *
   * @param evidence what the questions were made from
   * @param answers one for each question, in their order
   * @throws UnreadableAnswerException if an answer is not in the form that was asked for
   */
  ProfileDraft read(ProfileEvidence evidence, List<String> answers)
      throws UnreadableAnswerException;
}
