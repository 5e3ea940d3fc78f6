package io.millrace.flink.profiles;

import io.millrace.schemas.avro.CitedEvent;
import io.millrace.schemas.avro.Claim;
import io.millrace.schemas.avro.UserProfile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The claims of the profile before, after what has happened since: events that say the opposite
 * take weight from a claim, and one without any is gone.
 */
final class PreviousClaims {
  private final Map<String, CitedEvent> cited = new LinkedHashMap<>();
  private final List<GroundedClaim> claims = new ArrayList<>();

  PreviousClaims(ProfileEvidence evidence, EvidenceIndex index) {
    UserProfile previous = evidence.previous();
    if (previous != null) {
      previous.getCited().forEach(event -> cited.put(event.getEventId(), event));
      List<EvidenceEvent> fresh = evidence.fresh();
      add(DraftClaim.Kind.INTEREST, previous.getInterests(), fresh, index);
      add(DraftClaim.Kind.DISLIKE, previous.getDislikes(), fresh, index);
      add(DraftClaim.Kind.ASPECT, previous.getAspects(), fresh, index);
    }
  }

  /** Those that stay, with their weights as they are now. */
  List<GroundedClaim> claims() {
    return claims;
  }

  /** An event that one of them cites; null if there is none of that id. */
  @Nullable CitedEvent cited(String id) {
    return cited.get(id);
  }

  private void add(
      DraftClaim.Kind kind, List<Claim> all, List<EvidenceEvent> fresh, EvidenceIndex index) {
    for (Claim claim : all) {
      List<String> known = claim.getEvidence().stream().filter(cited::containsKey).toList();
      Balance since =
          index.balance(
              fresh, index.named(ClaimTexts.finding(kind, claim.getText())), kind.stance());
      double weight = since.weightAfter(claim.getWeight(), known.size());
      if (!known.isEmpty() && weight > 0) {
        String key = ClaimTexts.key(claim.getText());
        claims.add(
            new GroundedClaim(kind, claim.getText(), key, Math.min(1, weight), known, false));
      }
    }
  }
}
