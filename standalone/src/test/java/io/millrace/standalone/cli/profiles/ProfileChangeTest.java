package io.millrace.standalone.cli.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.Claim;
import io.millrace.schemas.avro.UserProfile;
import io.millrace.standalone.cli.profiles.ProfileChange.Section;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProfileChangeTest {
  @Test
  void claimsComeGoAndMove() {
    UserProfile before = profile(List.of(claim("war", 0.5f), claim("drama", 0.5f)), List.of());
    UserProfile after =
        profile(List.of(claim("drama", 0.7f), claim("sea", 0.2f)), List.of(claim("war", 0.4f)));

    assertThat(ProfileChange.between(before, after))
        .containsExactly(
            new ProfileChange(Section.LIKES, "drama", 0.5f, 0.7f),
            new ProfileChange(Section.LIKES, "sea", null, 0.2f),
            new ProfileChange(Section.LIKES, "war", 0.5f, null),
            new ProfileChange(Section.DISLIKES, "war", null, 0.4f));
  }

  @Test
  void whatDoesNotShowInTwoDigitsIsNoChange() {
    assertThat(
            ProfileChange.between(
                profile(List.of(claim("war", 0.5f)), List.of()),
                profile(List.of(claim("war", 0.504f)), List.of())))
        .isEmpty();
  }

  private static Claim claim(String text, float weight) {
    return new Claim(text, weight, List.of("e"));
  }

  private static UserProfile profile(List<Claim> likes, List<Claim> dislikes) {
    return UserProfile.newBuilder(Profiles.version(1))
        .setInterests(likes)
        .setDislikes(dislikes)
        .build();
  }
}
