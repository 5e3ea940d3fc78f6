package io.millrace.flink.profiles;

import io.millrace.schemas.avro.CitedEvent;
import io.millrace.schemas.avro.Claim;
import java.util.List;
import java.util.Map;

/**
 * A profile whose every claim is borne out by events.
 *
 * @param summary the claims in a sentence or two; never empty
 * @param interests by weight, largest first
 * @param dislikes by weight, largest first
 * @param aspects by weight, largest first; each text is {@code aspect: finding}
 * @param cited every event that a claim cites, oldest first
 * @param rejected how many claims of this refresh were dropped, by reason; reasons without any are
 *     left out
 */
public record WrittenProfile(
    String summary,
    List<Claim> interests,
    List<Claim> dislikes,
    List<Claim> aspects,
    List<CitedEvent> cited,
    Map<Rejection, Integer> rejected) {

  /** Copies the lists and the map. */
  public WrittenProfile {
    interests = List.copyOf(interests);
    dislikes = List.copyOf(dislikes);
    aspects = List.copyOf(aspects);
    cited = List.copyOf(cited);
    rejected = Map.copyOf(rejected);
  }

  /** How many claims of this refresh were dropped. */
  public int claimsRejected() {
    return rejected.values().stream().mapToInt(Integer::intValue).sum();
  }
}
