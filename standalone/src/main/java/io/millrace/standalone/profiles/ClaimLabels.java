package io.millrace.standalone.profiles;

import io.millrace.flink.profiles.DraftClaim;
import io.millrace.flink.profiles.ProfileDraft;
import io.millrace.flink.profiles.WrittenProfile;
import io.millrace.schemas.avro.Claim;
import io.millrace.standalone.data.Rating;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Labels the interests and dislikes that a language model claims, each once. */
final class ClaimLabels {
  private final LabelRule rule;
  private final List<LabelledClaim> claims = new ArrayList<>();

  ClaimLabels(LabelRule rule) {
    this.rule = rule;
  }

  /**
   * Labels what was claimed of a user.
   *
   * @param user the user's id
   * @param all every rating of theirs, oldest first
   * @param known how many of them there were when the profile was written
   * @param draft what the model claimed
   * @param written what passed the gate
   */
  void add(String user, List<Rating> all, int known, ProfileDraft draft, WrittenProfile written) {
    Map<String, List<String>> kept = new HashMap<>();
    written.interests().forEach(claim -> kept.put(key(true, claim.getText()), cited(claim)));
    written.dislikes().forEach(claim -> kept.put(key(false, claim.getText()), cited(claim)));
    Set<String> seen = new HashSet<>();
    for (DraftClaim claim : draft.claims()) {
      boolean interest = claim.kind() != DraftClaim.Kind.DISLIKE;
      String key = key(interest, claim.text());
      if (seen.add(key)) {
        claims.add(
            new LabelledClaim(
                user,
                interest,
                claim.text(),
                kept.getOrDefault(key, claim.cited()),
                kept.containsKey(key),
                rule.label(all, claim.text(), interest),
                rule.label(all.subList(known, all.size()), claim.text(), interest)));
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
