package io.millrace.flink.profiles;

import java.util.List;

/**
 * One thing that a language model says about a user.
 *
 * @param kind what it is said to be
 * @param aspect what it is about; empty unless the kind is {@link Kind#ASPECT}
 * @param text what it names, as the model wrote it
 * @param cited ids of the events that it refers to; what the model cited and is none of the events
 *     that it was shown is here as it was written
 */
public record DraftClaim(Kind kind, String aspect, String text, List<String> cited) {

  /** What a claim says. */
  public enum Kind {
    /** The user likes it. */
    INTEREST,
    /** The user does not like it. */
    DISLIKE,
    /** What the user likes as to one aspect. */
    ASPECT;

    /** What the cited events have to say. */
    Stance stance() {
      return this == DISLIKE ? Stance.AGAINST : Stance.FOR;
    }
  }

  /** Copies the list. */
  public DraftClaim {
    cited = List.copyOf(cited);
  }
}
