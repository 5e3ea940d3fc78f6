package io.millrace.flink.profiles;

import io.millrace.schemas.avro.Claim;
import io.millrace.schemas.avro.UserProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A profile as one text. */
public final class ProfileText {
  private ProfileText() {}

  /**
   * As {@code Likes Drama, Thriller, war. Dislikes Musical.}, weightiest first.
   *
   * @return empty when the profile claims nothing
   */
  public static String of(UserProfile profile) {
    return of(profile.getInterests(), profile.getDislikes(), profile.getAspects());
  }

  /**
   * What is encoded into the profile's vector: the interests alone, as {@code Drama, Thriller,
   * war}. A vector knows no "not", and items are compared with it that were encoded without verbs,
   * as in training.
   *
   * @return empty when there are no interests
   */
  public static String interestsOf(UserProfile profile) {
    return profile.getInterests().stream().map(Claim::getText).collect(Collectors.joining(", "));
  }

  static String of(List<Claim> interests, List<Claim> dislikes, List<Claim> aspects) {
    List<String> sentences = new ArrayList<>();
    add(sentences, "Likes ", interests);
    add(sentences, "Dislikes ", dislikes);
    add(sentences, "Prefers ", aspects);
    return String.join(" ", sentences);
  }

  private static void add(List<String> sentences, String verb, List<Claim> claims) {
    if (!claims.isEmpty()) {
      sentences.add(
          claims.stream().map(Claim::getText).collect(Collectors.joining(", ", verb, ".")));
    }
  }
}
