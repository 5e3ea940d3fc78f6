package io.millrace.flink.profiles.evidence;

import static io.millrace.flink.profiles.evidence.EvidenceEvents.rated;
import static io.millrace.flink.profiles.evidence.EvidenceEvents.said;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.profiles.EvidenceEvent;
import io.millrace.flink.profiles.evidence.UserEvidence.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UserEvidenceTest {
  private static final RefreshPolicy POLICY = new RefreshPolicy(5, 0.5, 12, 5);

  private final UserEvidence evidence = new UserEvidence();

  private void addRated(int from, int to, String genre) {
    for (int i = from; i < to; i++) {
      assertThat(evidence.add(rated("e" + i, genre, 4, i), false, POLICY)).isEqualTo(Outcome.ADDED);
    }
  }

  /** Event counts at which a refresh is worth it, when each is frozen at once. */
  private List<Long> refreshes(int events, String genre) {
    List<Long> at = new ArrayList<>();
    for (int i = 1; i <= events; i++) {
      evidence.add(rated("e" + i, genre, 4, i), false, POLICY);
      if (evidence.isWorthwhile(POLICY)) {
        at.add(evidence.freeze(POLICY, 0).eventCount());
      }
    }
    return at;
  }

  @Test
  void withUnchangedTastesEachRefreshWaitsForTwiceTheEvents() {
    assertThat(refreshes(1000, "drama")).containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 320L, 640L);
  }

  @Test
  void otherTastesAreWorthARefreshSooner() {
    addRated(0, 40, "drama");
    evidence.freeze(POLICY, 0);

    addRated(40, 53, "drama");
    assertThat(evidence.isWorthwhile(POLICY)).isFalse();

    UserEvidence moved = new UserEvidence();
    for (int i = 0; i < 40; i++) {
      moved.add(rated("e" + i, "drama", 4, i), false, POLICY);
    }
    moved.freeze(POLICY, 0);
    for (int i = 40; i < 54; i++) {
      moved.add(rated("e" + i, "western", 4, i), false, POLICY);
    }
    assertThat(moved.isWorthwhile(POLICY)).isTrue();
  }

  @Test
  void oneStatementIsWorthAFirstProfile() {
    evidence.add(said("s", "slow films", 1), true, POLICY);

    assertThat(evidence.isWorthwhile(POLICY)).isTrue();
    assertThat(evidence.freeze(POLICY, 7))
        .returns(1L, FrozenEvidence::eventCount)
        .returns(7L, FrozenEvidence::frozenAt);
  }

  @Test
  void whatIsFrozenIsInTheOrderOfTheEventsOwnTimesAndTheNewestThatArrived() {
    addRated(0, 20, "drama");
    evidence.add(rated("early", "drama", 5, -1), false, POLICY);

    List<EvidenceEvent> frozen = evidence.freeze(POLICY, 0).events();

    assertThat(frozen).hasSize(12).extracting(EvidenceEvent::eventId).startsWith("early", "e9");
    assertThat(frozen).isSortedAccordingTo((a, b) -> Long.compare(a.eventTime(), b.eventTime()));
  }

  @Test
  void anEventThatComesAgainChangesNothing() {
    addRated(0, 4, "drama");

    assertThat(evidence.add(rated("e3", "drama", 4, 3), true, POLICY)).isEqualTo(Outcome.DUPLICATE);
    assertThat(evidence.isWorthwhile(POLICY)).isFalse();
    assertThat(evidence.live()).isZero();
  }

  @Test
  void whoIsHereNowGainsMore() {
    UserEvidence past = new UserEvidence();
    UserEvidence present = new UserEvidence();
    for (int i = 0; i < 5; i++) {
      past.add(rated("e" + i, "drama", 4, i), false, POLICY);
      present.add(rated("e" + i, "drama", 4, i), true, POLICY);
    }

    assertThat(present.freeze(POLICY, 0).gain()).isGreaterThan(past.freeze(POLICY, 0).gain());
  }

  @Test
  void anErasureLeavesTheTimeAndWhatCameAfterIt() {
    addRated(0, 8, "drama");
    evidence.erase(5, 1000);

    assertThat(evidence.add(rated("again", "drama", 4, 5), false, POLICY))
        .isEqualTo(Outcome.ERASED);
    assertThat(evidence.freeze(POLICY, 0).events())
        .extracting(EvidenceEvent::eventId)
        .containsExactly("e6", "e7");
    assertThat(evidence.forgetErasure(999)).isFalse();
    assertThat(evidence.forgetErasure(1000)).isTrue();
    assertThat(evidence.isErased(5)).isFalse();
  }

  @Test
  void nothingIsLeftOfAUserWhoWasErasedOnceTheTombstoneIsGone() {
    addRated(0, 3, "drama");
    evidence.erase(100, 1000);
    assertThat(evidence.isEmpty()).isFalse();

    evidence.forgetErasure(1000);
    assertThat(evidence.isEmpty()).isTrue();
  }
}
