package io.millrace.flink.profiles;

import io.millrace.schemas.avro.Claim;
import java.util.Comparator;
import java.util.List;

/**
 * A claim that events bear out.
 *
 * @param kind what it says
 * @param text as people read it
 * @param key what makes two claims of a kind the same
 * @param weight above 0, at most 1
 * @param evidence ids of the events that it cites, at least one, those cited last at the end
 * @param isNew whether this refresh made it
 */
record GroundedClaim(
    DraftClaim.Kind kind,
    String text,
    String key,
    double weight,
    List<String> evidence,
    boolean isNew) {
  /** The weightiest first; ties in the order of the texts, so that the order is always the same. */
  static final Comparator<GroundedClaim> WEIGHTIEST =
      Comparator.comparingDouble(GroundedClaim::weight)
          .reversed()
          .thenComparing(GroundedClaim::text);

  GroundedClaim {
    evidence = List.copyOf(evidence);
  }

  Claim record() {
    return new Claim(text, (float) weight, evidence);
  }
}
