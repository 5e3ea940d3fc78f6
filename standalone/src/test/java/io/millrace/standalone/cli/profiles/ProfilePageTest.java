package io.millrace.standalone.cli.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.Claim;
import io.millrace.schemas.avro.UserProfile;
import io.millrace.standalone.cli.terminal.TextStyle;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProfilePageTest {
  private static final Instant NOW = Profiles.START.plus(Duration.ofHours(4));

  private final ProfileHistory history = new ProfileHistory();

  @Test
  void aProfileIsShownWithItsEvidenceOriginAndHistory() {
    history.addProfile(Profiles.version(1));
    history.addProfile(Profiles.version(2));
    history.addAnswer(1, Profiles.answer(1));
    history.addAnswer(2, Profiles.answer(2));

    assertThat(String.join("\n", page(Profiles.version(2), false)))
        .isEqualTo(
            """
            User 505 · profile version 2
              Likes drama and thriller. Dislikes musicals.

            Likes
              drama                                     ██████░░░░  0.63
                  ★★★★☆     The Devil's Advocate (1997)                  1998-03-02 14:01
                  said      slow films about the sea                     1998-03-02 14:01
              thriller                                  ███░░░░░░░  0.30
                  viewed    Ransom (1996)                                1998-03-02 14:01

            Dislikes
              musical                                   █████░░░░░  0.50
                  event e4, of which the profile keeps no more

            Written
              when      2026-11-21 12:00:00, 2 hours ago
              from      10 events
              by        SmolLM2-135M-Instruct, prompt keywords/1
              tokens    1,500 read, 40 written, in 1 answer
              rejected  2 claims, which no event bears out
              vector    by all-MiniLM-L6-v2

            History
              version 2  2026-11-21 12:00:00  10 events, 1,540 tokens
                  ~ likes     drama                                     0.63, was 0.90
              version 1  2026-11-21 11:00:00  5 events, 1,540 tokens
                  the first""");
  }

  @Test
  void whatCompactionRemovedIsSaidAndTheJournalStandsInForIt() {
    for (long version = 1; version <= 3; version++) {
      history.addAnswer(version, Profiles.answer(version));
    }
    history.addProfile(Profiles.version(3));

    assertThat(history(Profiles.version(3)))
        .containsExactly(
            "  version 3  2026-11-21 13:00:00  15 events, 1,540 tokens",
            "  Versions 1 to 2 are gone: the topic is compacted, only the newest is kept for good.",
            "  The journal keeps answers that no profile here was written from:",
            "      answer 2  2026-11-21 12:00:00  keywords/1, SmolLM2-135M-Instruct, 1,540 tokens",
            "      answer 1  2026-11-21 11:00:00  keywords/1, SmolLM2-135M-Instruct, 1,540 tokens");
  }

  @Test
  void aVersionThatIsGoneBetweenTwoIsSaid() {
    history.addProfile(Profiles.version(1));
    history.addProfile(Profiles.version(3));

    assertThat(history(Profiles.version(3)))
        .contains("      since version 1; what was between them is gone:");
  }

  @Test
  void aJournalWithoutOlderAnswersIsNotPassedOver() {
    history.addProfile(Profiles.version(2));

    assertThat(history(Profiles.version(2)))
        .contains("  The journal has no answers that older versions were written from.");
  }

  @Test
  void anAnswerOnItsWayIntoAProfileIsShown() {
    history.addProfile(Profiles.version(1));
    history.addAnswer(2, Profiles.answer(2));

    assertThat(history(Profiles.version(1)))
        .contains("  In the journal since, for a version that is not out yet:");
  }

  @Test
  void aLongHistoryIsCut() {
    for (long version = 1; version <= 13; version++) {
      history.addProfile(Profiles.version(version));
    }

    assertThat(history(Profiles.version(13)))
        .contains("  and 3 older versions, which --json shows")
        .noneMatch(line -> line.contains("version 3 "));
  }

  @Test
  void whatOthersWroteCannotMoveATerminalsCursor() {
    UserProfile hostile =
        UserProfile.newBuilder(Profiles.version(1))
            .setSummary("a\u001b[2J\nb")
            .setModel("m\u0007")
            .setPromptVersion("p\r")
            .setEncoderVersion("v\u009b")
            .setInterests(List.of(new Claim("c\u001b]0;x", 1f, List.of("e1", "e\n9"))))
            .setCited(List.of(Profiles.cited("e1", "t\u202e\u001bc", "R\u001bT", null)))
            .build();
    history.addProfile(hostile);

    assertThat(page(hostile, false))
        .allMatch(line -> line.codePoints().noneMatch(Character::isISOControl))
        .noneMatch(line -> line.contains("\u202e"));
  }

  @Test
  void aTerminalGetsBoldHeadings() {
    history.addProfile(Profiles.version(1));

    assertThat(page(Profiles.version(1), true)).contains("\u001b[1mLikes\u001b[0m");
  }

  @Test
  void aSummaryIsWrappedAndAnEmptyProfileSaysSo() {
    UserProfile empty =
        UserProfile.newBuilder(Profiles.version(1))
            .setSummary("many words ".repeat(30))
            .setInterests(List.of())
            .setDislikes(List.of())
            .setVector(null)
            .build();
    history.addProfile(empty);

    assertThat(page(empty, false))
        .contains("It claims nothing.")
        .contains("  vector    none: recommendations use its keywords alone")
        .allMatch(line -> line.length() <= 80);
  }

  private List<String> history(UserProfile newest) {
    List<String> lines = page(newest, false);
    return lines.subList(lines.indexOf("History") + 1, lines.size());
  }

  private List<String> page(UserProfile newest, boolean terminal) {
    return new ProfilePage(ZoneOffset.UTC, NOW, new TextStyle(terminal)).lines(newest, history);
  }
}
