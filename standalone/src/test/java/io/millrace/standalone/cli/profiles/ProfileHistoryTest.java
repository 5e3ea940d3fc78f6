package io.millrace.standalone.cli.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.UserProfile;
import org.junit.jupiter.api.Test;

class ProfileHistoryTest {
  private final ProfileHistory history = new ProfileHistory();

  @Test
  void theHighestVersionIsTheNewestWhateverComesLast() {
    history.addProfile(Profiles.version(2));
    history.addProfile(Profiles.version(1));

    assertThat(history.newest()).isEqualTo(Profiles.version(2));
    assertThat(history.before(Profiles.version(2))).isEqualTo(Profiles.version(1));
    assertThat(history.before(Profiles.version(1))).isNull();
    assertThat(history.versions()).extracting(UserProfile::getVersion).containsExactly(2L, 1L);
  }

  @Test
  void aRemovalEndsAllBeforeIt() {
    history.addProfile(Profiles.version(4));
    history.addProfile(null);

    assertThat(history.newest()).isNull();
    assertThat(history.isRemoved()).isTrue();

    history.addProfile(Profiles.version(1));

    assertThat(history.newest()).isEqualTo(Profiles.version(1));
    assertThat(history.isRemoved()).isFalse();
  }

  @Test
  void aVersionAfterAnErasureIsNewerThoughItsNumberIsLower() {
    UserProfile erased = Profiles.version(4);
    UserProfile next =
        UserProfile.newBuilder(Profiles.version(1))
            .setUpdatedAt(erased.getUpdatedAt().plusSeconds(1))
            .build();
    history.addProfile(next);

    assertThat(history.isNewerThan(erased)).isTrue();
    assertThat(history.isNewerThan(next)).isFalse();
    assertThat(history.isNewerThan(null)).isTrue();
  }

  @Test
  void answersAreToldApartByTheVersionsThatTheyWentInto() {
    for (long version = 1; version <= 4; version++) {
      history.addAnswer(version, Profiles.answer(version));
    }
    history.addProfile(Profiles.version(3));

    assertThat(history.answersOfGoneVersions())
        .containsExactly(Profiles.answer(2), Profiles.answer(1));
    assertThat(history.answersOfNextVersion()).containsExactly(Profiles.answer(4));
  }

  @Test
  void anAnswerThatWasRemovedIsGone() {
    history.addAnswer(1, Profiles.answer(1));
    history.addAnswer(1, null);

    assertThat(history.answers()).isEmpty();
  }
}
