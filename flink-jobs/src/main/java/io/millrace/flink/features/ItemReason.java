package io.millrace.flink.features;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why an item is in a list, as a sentence for the user: true to the source that brought it. Where
 * the profile did, with the claim that it matches; the sequence model's reasons nobody can tell.
 */
public final class ItemReason {
  private static final String KEYWORDS = "keywords";
  private static final String PROFILE = "profile";

  /** What each source looks at, and no more: it does not say which item of the history it was. */
  private static final Map<String, String> BY_SOURCE =
      Map.of(
          "transitions", "often follows your recent items",
          "cooccurrence", "often goes with your recent items",
          "text", "similar to your recent items",
          "multi_interest", "close to one of your interests",
          "fresh", "new, and similar to your recent items",
          "popular", "popular",
          "popular_now", "popular now",
          "rising", "more popular now than usual",
          "continuation", "from your last session",
          "like_minded", "often liked");

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
      return BY_SOURCE.get(source);
    }
    if (match < 0 || match >= claims.size() || claims.get(match).weight() <= 0) {
      return null;
    }
    ProfileClaim claim = claims.get(match);
    String because = "because you like " + claim.text();
    return claim.after() == null ? because : because + ", after " + claim.after();
  }
}
