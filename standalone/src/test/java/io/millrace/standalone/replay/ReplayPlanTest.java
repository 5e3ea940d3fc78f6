package io.millrace.standalone.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.standalone.data.Rating;
import io.millrace.standalone.replay.ReplayPlan.StartRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayPlanTest {
  /** Ten ratings: the first eight are the past; "old" comes back, "new" does not have a past. */
  private static final List<Rating> RATINGS =
      List.of(
          rating(1, "old"),
          rating(2, "gone"),
          rating(3, "late"),
          rating(4, "old"),
          rating(5, "gone"),
          rating(6, "late"),
          rating(7, "old"),
          rating(8, "gone"),
          rating(9, "new"),
          rating(10, "old"));

  @Test
  void theLastFifthIsReplayed() {
    ReplayPlan plan = ReplayPlan.of(RATINGS, Integer.MAX_VALUE);

    assertThat(plan.past()).isEqualTo(RATINGS.subList(0, 8));
    assertThat(plan.events()).isEqualTo(RATINGS.subList(8, 10));
    assertThat(plan.users()).isEqualTo(2);
  }

  @Test
  void onlyTheHistoryOfUsersWhoComeBackIsBackfilled() {
    assertThat(ReplayPlan.of(RATINGS, 2).backfill())
        .extracting(Rating::row)
        .containsExactly(1, 4, 7);
  }

  @Test
  void theWholePastIsThatOfEverybody() {
    ReplayPlan plan = ReplayPlan.of(RATINGS, 2, true);

    assertThat(plan.backfill()).isEqualTo(RATINGS.subList(0, 8));
    assertThat(plan.usersWithPast()).isEqualTo(3);
    assertThat(plan.requests()).isEqualTo(ReplayPlan.of(RATINGS, 2).requests());
  }

  @Test
  void eachReturningUserAsksForOneListThatIncludesAllTheirPast() {
    assertThat(ReplayPlan.of(RATINGS, 2).requests())
        .containsExactly(new StartRequest("demo-start-old", "old", "ml100k-7"));
  }

  @Test
  void warmUpIsAskedForInABoundedNumberOfRoundsByThoseWhoComeBack() {
    List<List<StartRequest>> rounds = ReplayPlan.of(RATINGS, 2).warmUpRounds();

    assertThat(rounds).hasSize(64 + 300);
    assertThat(rounds.get(7))
        .containsExactly(new StartRequest("demo-warm-up-7-old", "old", "ml100k-7"));
    assertThat(ReplayPlan.of(RATINGS, 1).warmUpRounds()).isEmpty();
  }

  @Test
  void aLimitCutsTheReplayAndWithItWhoComesBack() {
    ReplayPlan plan = ReplayPlan.of(RATINGS, 1);

    assertThat(plan.events()).extracting(Rating::user).containsExactly("new");
    assertThat(plan.backfill()).isEmpty();
    assertThat(plan.requests()).isEmpty();
    assertThat(plan.past()).hasSize(8);
  }

  @Test
  void aLimitBelowOneIsRefused() {
    assertThatThrownBy(() -> ReplayPlan.of(RATINGS, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--events 0: must be at least 1");
  }

  private static Rating rating(int row, String user) {
    return new Rating(row, user, "i" + row, 4, 1000 + row);
  }
}
