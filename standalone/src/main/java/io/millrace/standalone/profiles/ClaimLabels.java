package io.millrace.standalone.profiles;

import io.millrace.flink.profiles.DraftClaim;
import io.millrace.flink.profiles.ProfileDraft;
import io.millrace.flink.profiles.WrittenProfile;
import io.millrace.schemas.avro.Claim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Labels what a language model claims of users, each claim once. */
final class ClaimLabels {
  private final List<LabelledClaim> claims = new ArrayList<>();

  /**
   * Labels what was claimed of a user.
   *
   * @param user who it is about
   * @param draft what the model claimed
   * @param written what passed the gate
   */
  void add(KnownUser user, ProfileDraft draft, WrittenProfile written) {
    Map<String, List<String>> kept = new HashMap<>();
    written.interests().forEach(claim -> kept.put(key(true, claim.getText()), cited(claim)));
    written.aspects().forEach(claim -> kept.put(key(true, claim.getText()), cited(claim)));
    written.dislikes().forEach(claim -> kept.put(key(false, claim.getText()), cited(claim)));
    Set<String> seen = new HashSet<>();
    for (DraftClaim claim : draft.claims()) {
      boolean interest = claim.kind() != DraftClaim.Kind.DISLIKE;
      String text = claim.aspect().isEmpty() ? claim.text() : claim.aspect() + ": " + claim.text();
      String key = key(interest, text);
      if (seen.add(key)) {
        claims.add(
            new LabelledClaim(
                user.id(),
                interest,
                text,
                kept.getOrDefault(key, claim.cited()),
                kept.containsKey(key),
                user.label().of(claim.text(), interest),
                user.laterLabel().of(claim.text(), interest)));
      }
    }
  }

  /** All so far. */
  List<LabelledClaim> claims() {
    return claims;
  }

  private static List<String> cited(Claim claim) {
    return claim.getEvidence();
  }

  private static String key(boolean interest, String text) {
    return interest + " " + text;
  }
}
