package io.millrace.flink.profiles;

import java.io.Serializable;

/**
 * What a claim needs to be believed.
 *
 * @param ratingScale the best rating there is, in stars; a rating of 80 % of it speaks for an item
 * @param minSupport events, of all that are kept, that have what is claimed and speak for it; a
 *     preference statement needs no second one
 * @param minWeight the least weight of a new claim, 0 to 1; one of the profile before stays while
 *     it has any
 * @param maxTextLength characters of a claim at most
 * @param maxClaims claims of each kind in a profile at most
 * @param maxCited events that one claim cites at most, the newest
 */
public record GroundingRules(
    double ratingScale,
    int minSupport,
    double minSignificance,
    int maxTextLength,
    int maxClaims,
    int maxCited)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Checks ranges.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public GroundingRules {
    check(ratingScale > 0, "ratingScale", ratingScale, "above 0");
    check(minSupport >= 1, "minSupport", minSupport, "at least 1");
    check(minSignificance >= 0, "minSignificance", minSignificance, "at least 0");
    check(maxTextLength >= 1, "maxTextLength", maxTextLength, "at least 1");
    check(maxClaims >= 1, "maxClaims", maxClaims, "at least 1");
    check(maxCited >= 1, "maxCited", maxCited, "at least 1");
  }

  /** Five stars, 3 events, one in six chances, 60 characters, 8 claims, 8 cited events. */
  public static GroundingRules defaults() {
    return new GroundingRules(5, 3, 1, 60, 8, 8);
  }

  private static void check(boolean holds, String name, Object value, String range) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is " + value + "; it has to be " + range);
    }
  }
}
