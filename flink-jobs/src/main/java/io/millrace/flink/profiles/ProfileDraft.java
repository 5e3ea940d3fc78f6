package io.millrace.flink.profiles;

import java.util.List;

/**
 * What a language model claims about a user; none of it is checked.
 *
 * @param claims in the model's order
 */
public record ProfileDraft(List<DraftClaim> claims) {

  /** Copies the list. */
  public ProfileDraft {
    claims = List.copyOf(claims);
  }
}
