package io.millrace.flink.functions;

import io.millrace.flink.profiles.GroundingRules;
import io.millrace.flink.profiles.ProfilePrompts;
import io.millrace.flink.profiles.ProfileWriter;
import io.millrace.flink.profiles.PromptSettings;
import io.millrace.flink.profiles.evidence.RefreshPolicy;
import java.io.Serializable;
import java.time.Duration;

/**
 * How profiles are written.
 *
 * @param refresh when one is worth writing again
 * @param prompt name of the prompt
 * @param prompts how its questions are put
 * @param grounding what is believed of the answers
 * @param model the model that is asked; a part of an answer's identity
 * @param offerAgain time after which an unanswered question is offered again
 * @param maxEncoding profiles that are encoded at the same time in one instance
 * @param erasureRetention how long an erasure is remembered
 */
public record ProfileSettings(
    RefreshPolicy refresh,
    String prompt,
    PromptSettings prompts,
    GroundingRules grounding,
    String model,
    Duration offerAgain,
    int maxEncoding,
    Duration erasureRetention)
    implements Serializable {

  /** A writer that follows these settings. */
  public ProfileWriter writer() {
    return new ProfileWriter(ProfilePrompts.named(prompt, prompts), grounding);
  }
}
