package io.millrace.standalone.profiles;

import java.util.List;
import java.util.function.Function;

/**
 * How many claims are right.
 *
 * @param claims all
 * @param right as the rule says
 * @param wrong as the rule says
 * @param undecided the rule says nothing
 * @param share of right ones among those that the rule decides, 0 to 1; 0 if there are none
 */
record ClaimShares(int claims, int right, int wrong, int undecided, double share) {
  private static final double THOUSAND = 1_000;

  static ClaimShares of(
      List<LabelledClaim> claims, Function<LabelledClaim, LabelRule.Label> labels) {
    int right = count(claims, labels, LabelRule.Label.RIGHT);
    int wrong = count(claims, labels, LabelRule.Label.WRONG);
    double share = right + wrong == 0 ? 0 : right / (double) (right + wrong);
    return new ClaimShares(
        claims.size(),
        right,
        wrong,
        claims.size() - right - wrong,
        Math.rint(share * THOUSAND) / THOUSAND);
  }

  private static int count(
      List<LabelledClaim> claims,
      Function<LabelledClaim, LabelRule.Label> labels,
      LabelRule.Label wanted) {
    return (int) claims.stream().filter(claim -> labels.apply(claim) == wanted).count();
  }
}
