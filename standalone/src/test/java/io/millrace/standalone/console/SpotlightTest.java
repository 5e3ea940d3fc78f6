package io.millrace.standalone.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.standalone.data.Catalogue;
import io.millrace.standalone.data.CatalogueItem;
import io.millrace.standalone.data.Rating;
import io.millrace.standalone.replay.ReplayPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpotlightTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Catalogue CATALOGUE =
      new Catalogue(
          List.of(
              new CatalogueItem("1", "Toy Story", "1995", List.of()),
              new CatalogueItem("2", "Fargo", "1996", List.of()),
              new CatalogueItem(
                  "3", "Dr. Strangelove or: How I Learned to Stop Worrying", "1963", List.of())));

  /** The past is 16 ratings; ann comes back with two, new has two, once has one. */
  private final ReplayPlan plan = plan();

  @Test
  void watchesTheMostActiveUsersReturningAndNewInTurn() {
    assertThat(SpotlightUsers.choose(plan, 2)).containsExactly("ann", "new");
    assertThat(SpotlightUsers.choose(plan, 9)).containsExactly("ann", "new", "once");
    assertThat(SpotlightUsers.choose(plan, 0)).isEmpty();
  }

  @Test
  void showsWhatTheUserDidBesideWhatIsRecommended() {
    Spotlight spotlight = new Spotlight(plan, CATALOGUE, 2, Duration.ofSeconds(2));

    List<String> lines =
        spotlight
            .onList("ann", "ml100k-17", List.of("3", "2", "77"), "retrieved in 6.1 ms", List::of, 0)
            .orElseThrow();

    assertThat(lines)
        .containsExactly(
            "",
            "  user ann, returning, 3 ratings so far · retrieved in 6.1 ms",
            "  ★★★★☆ Fargo (1996)                    1. Dr. Strangelove or: How I Learned to…",
            "  ★★☆☆☆ Dr. Strangelove or: How I Lea…  2. Fargo (1996)",
            "  ★★★★★ Toy Story (1995)                3. item 77");
    assertThat(lines).allMatch(line -> line.length() <= 80);
  }

  @Test
  void aPauseLiesBetweenTwoLists() {
    Spotlight spotlight = new Spotlight(plan, CATALOGUE, 2, Duration.ofSeconds(2));

    assertThat(spotlight.onList("ann", "ml100k-17", List.of(), "", List::of, 0)).isPresent();
    assertThat(spotlight.onList("ann", "ml100k-17", List.of(), "", List::of, 2 * SECOND - 1))
        .isEmpty();
    assertThat(spotlight.onList("ann", "ml100k-17", List.of(), "", List::of, 2 * SECOND))
        .isPresent();
  }

  @Test
  void aUserWithHardlyAnyRatingsIsNotShownYet() {
    Spotlight spotlight = new Spotlight(plan, CATALOGUE, 2, Duration.ofSeconds(2));

    assertThat(spotlight.onList("new", "ml100k-18", List.of("1"), "", List::of, 0)).isEmpty();
    assertThat(spotlight.onList("new", "ml100k-19", List.of("1"), "", List::of, 0)).isEmpty();
  }

  @Test
  void othersListsAreNotShown() {
    Spotlight spotlight = new Spotlight(plan, CATALOGUE, 2, Duration.ofSeconds(2));

    assertThat(spotlight.users()).containsExactly("ann", "new");
    assertThat(spotlight.onList("once", "ml100k-20", List.of("1"), "", List::of, 0)).isEmpty();
    assertThat(spotlight.onList("ann", "somebody-elses", List.of("1"), "", List::of, 0)).isEmpty();
  }

  private static ReplayPlan plan() {
    List<Rating> ratings = new ArrayList<>();
    ratings.add(new Rating(1, "ann", "1", 5, 1));
    ratings.add(new Rating(2, "ann", "3", 2, 2));
    for (int row = 3; row <= 16; row++) {
      ratings.add(new Rating(row, "gone", "1", 3, row));
    }
    ratings.add(new Rating(17, "ann", "2", 4, 17));
    ratings.add(new Rating(18, "new", "2", 4, 18));
    ratings.add(new Rating(19, "new", "1", 4, 19));
    ratings.add(new Rating(20, "once", "1", 4, 20));
    return ReplayPlan.of(ratings, Integer.MAX_VALUE);
  }
}
