package io.millrace.flink.features;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why an item is in a list, as a sentence for the user: only where the profile brought it, and only
 * with the claim that it matches.
 */
public final class ItemReason {
  private static final String KEYWORDS = "keywords";
  private static final String PROFILE = "profile";

  private ItemReason() {}

  /**
   * The sentence.
   *
   * @param source the candidate source that brought the item
   * @param match place of the claim that speaks most for it; any other number when none does
   * @param claims that the list was asked for with
   * @return null where there is nothing true to say
   */
  public static @Nullable String of(String source, int match, List<ProfileClaim> claims) {
    if (!source.equals(KEYWORDS) && !source.equals(PROFILE)) {
      return null;
    }
    if (match < 0 || match >= claims.size() || claims.get(match).weight() <= 0) {
      return null;
    }
    ProfileClaim claim = claims.get(match);
    String because = "because you like " + claim.text();
    return claim.after() == null ? because : because + ", after " + claim.after();
  }
}
