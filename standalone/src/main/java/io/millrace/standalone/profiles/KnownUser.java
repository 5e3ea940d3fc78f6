package io.millrace.standalone.profiles;

import io.millrace.flink.profiles.ProfileEvidence;

/**
 * Somebody to write a profile of, and how to tell what is right of it.
 *
 * @param id the user's id
 * @param evidence what the profile is written from
 * @param label of claims, by everything that is known of the user
 * @param laterLabel of claims, by those ratings alone that came after the profile was written
 */
record KnownUser(String id, ProfileEvidence evidence, Labeller label, Labeller laterLabel) {

  /** Says whether claims about one user are right. */
  @FunctionalInterface
  interface Labeller {
    /**
     * Labels.
     *
     * @param text what is claimed
     * @param liked whether an interest, or a dislike
     */
    LabelRule.Label of(String text, boolean liked);
  }
}
