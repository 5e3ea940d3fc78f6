package io.millrace.standalone.cli.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.avro.UserProfile;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProfileJsonTest {
  private final ProfileHistory history = new ProfileHistory();

  @Test
  void allThatIsKeptIsThere() throws IOException {
    history.addProfile(Profiles.version(1));
    history.addProfile(Profiles.version(2));
    history.addAnswer(2, Profiles.answer(2));

    JsonNode all = new ObjectMapper().readTree(ProfileJson.of(Profiles.version(2), history));

    assertThat(all.at("/userId").asText()).isEqualTo("505");
    assertThat(all.at("/profile")).isEqualTo(all.at("/versions/0"));
    assertThat(all.at("/versions/1/version").asInt()).isEqualTo(1);
    assertThat(all.at("/profile/updatedAt").asText()).isEqualTo("2026-11-21T12:00:00Z");
    assertThat(all.at("/profile/interests/1/evidence/1").asText()).isEqualTo("e3");
    assertThat(all.at("/profile/cited/0/value").asDouble()).isEqualTo(4);
    assertThat(all.at("/profile/cited/2/itemId").isNull()).isTrue();
    assertThat(all.at("/profile/claimsRejected").asInt()).isEqualTo(2);
    assertThat(all.at("/profile/hasVector").asBoolean()).isTrue();
    assertThat(all.at("/answers/0/completionTokens").asInt()).isEqualTo(40);
  }

  @Test
  void itIsAsciiWhateverTitlesSay() throws IOException {
    UserProfile profile =
        UserProfile.newBuilder(Profiles.version(1)).setSummary("\u001b[2J\u009b\u202eé").build();
    history.addProfile(profile);

    String text = ProfileJson.of(profile, history);

    assertThat(text.chars()).allMatch(c -> c == '\n' || c == '\r' || c >= ' ' && c < 0x7f);
    assertThat(new ObjectMapper().readTree(text).at("/profile/summary").asText())
        .isEqualTo(profile.getSummary());
  }
}
