package io.millrace.flink.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.CitedEvent;
import io.millrace.schemas.avro.Claim;
import io.millrace.schemas.avro.UserProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProfileClaimTest {
  private static UserProfile profile(
      List<Claim> interests, List<Claim> dislikes, List<CitedEvent> cited) {
    return UserProfile.newBuilder()
        .setUserId("u")
        .setVersion(1)
        .setUpdatedAt(Instant.EPOCH)
        .setSummary("")
        .setModel("m")
        .setPromptVersion("1")
        .setInterests(interests)
        .setDislikes(dislikes)
        .setCited(cited)
        .build();
  }

  private static Claim claim(String text, float weight, String... evidence) {
    return new Claim(text, weight, List.of(evidence));
  }

  private static CitedEvent cited(String id, String text, long time) {
    return new CitedEvent(id, "item", text, "RATE", null, Instant.ofEpochMilli(time));
  }

  @Test
  void theWeightiestClaimsComeWithTheirNewestCitedTitle() {
    List<ProfileClaim> claims =
        ProfileClaim.weightiest(
            profile(
                List.of(claim("Drama", 0.5f, "e1", "e2", "gone"), claim("War", 2f)),
                List.of(claim(" Horror ", 0.7f, "e3")),
                List.of(
                    cited("e1", "Fargo (1996)", 20),
                    cited("e2", "Heat (1995)", 10),
                    cited("e3", " ", 30))));

    assertThat(claims)
        .containsExactly(
            new ProfileClaim("War", 1, null),
            new ProfileClaim("Horror", -0.7f, null),
            new ProfileClaim("Drama", 0.5f, "Fargo (1996)"));
  }

  @Test
  void whatIsNoClaimIsLeftOut() {
    assertThat(
            ProfileClaim.weightiest(
                profile(
                    List.of(claim("a", Float.NaN), claim("b", 0), claim("c", -1), claim("  ", 1)),
                    List.of(),
                    List.of())))
        .isEmpty();
  }

  @Test
  void claimsAreBoundedInNumberAndLength() {
    List<Claim> many = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      many.add(claim("x".repeat(79) + "\uD83D\uDE00" + i, (i + 1) / 100f, "e"));
    }
    List<ProfileClaim> claims =
        ProfileClaim.weightiest(profile(many, List.of(), List.of(cited("e", "t".repeat(500), 1))));

    assertThat(claims).hasSize(ProfileClaim.MOST);
    assertThat(claims.get(0).weight()).isEqualTo(0.4f);
    assertThat(claims.get(0).text()).isEqualTo("x".repeat(79));
    assertThat(claims.get(0).after()).isEqualTo("t".repeat(80));
  }

  @Test
  void aReasonIsTrueToTheClaimAndItsEvent() {
    List<ProfileClaim> claims =
        List.of(
            new ProfileClaim("Drama", 0.5f, "Fargo (1996)"),
            new ProfileClaim("War", 0.5f, null),
            new ProfileClaim("Horror", -0.5f, "Scream (1996)"));

    assertReason("keywords", 0, claims, "because you like Drama, after Fargo (1996)");
    assertReason("profile", 1, claims, "because you like War");
    assertReason("keywords", 2, claims, null);
    assertReason("keywords", -1, claims, null);
    assertReason("profile", 3, claims, null);
    assertReason("retriever", 0, claims, null);
  }

  @Test
  void aReasonSaysNoMoreThanItsSourceKnows() {
    assertReason("popular", 0, List.of(), "popular");
    assertReason("popular_now", 0, List.of(), "popular now");
    assertReason("transitions", -1, List.of(), "often follows your recent items");
    assertReason("of a later release", -1, List.of(), null);
  }

  private static void assertReason(
      String source, int match, List<ProfileClaim> claims, @Nullable String reason) {
    assertThat(ItemReason.of(source, match, claims)).isEqualTo(reason);
  }
}
