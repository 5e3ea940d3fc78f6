package io.millrace.flink.profiles;

import java.io.Serializable;
import java.util.List;

/**
 * How questions are put. All of it changes what is asked, so it belongs to an answer's identity.
 *
 * @param ratingScale the best rating there is, in stars; as in {@link GroundingRules}
 * @param maxEvents events in one question at most, the newest; 1 to 200
 * @param maxClaims claims in one answer at most; 1 to 20
 * @param claimTexts what a claim may say
 * @param aspects what {@code factors} asks about, one question each: names of attributes or, where
 *     claims are free, anything; at least one, and at most 10, as {@link AspectPrompt} finds them
 * @param maxTokens tokens of one answer at most
 */
public record PromptSettings(
    double ratingScale,
    int maxEvents,
    int maxClaims,
    ClaimTexts claimTexts,
    List<String> aspects,
    int maxTokens)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int MOST_ASPECTS = 10;

  /** What a claim may say. */
  public enum ClaimTexts {
    /** One of the things that the shown events have in common; for small models. */
    CLOSED,
    /** Anything, in a few words; for models that do not just repeat what they read. */
    FREE
  }

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if a number is out of its range
   */
  public PromptSettings {
    aspects = List.copyOf(aspects);
    if (!(ratingScale > 0)) {
      throw new IllegalArgumentException(
          "ratingScale is " + ratingScale + "; it has to be above 0");
    }
    if (aspects.isEmpty() || aspects.size() > MOST_ASPECTS) {
      throw new IllegalArgumentException(
          "aspects are " + aspects + "; there have to be from 1 to " + MOST_ASPECTS);
    }
    check("maxEvents", maxEvents, 200);
    check("maxClaims", maxClaims, 20);
    check("maxTokens", maxTokens, 100_000);
  }

  /**
   * Five stars, 20 events, 4 claims of closed texts an answer, the aspects genre and year, 256
   * tokens.
   */
  public static PromptSettings defaults() {
    return new PromptSettings(5, 20, 4, ClaimTexts.CLOSED, List.of("genre", "year"), 256);
  }

  private static void check(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + "; it has to be from 1 to " + most);
    }
  }
}
