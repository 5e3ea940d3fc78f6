package io.millrace.standalone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.standalone.replay.ReplayPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BaselineEvaluationTest {

  @Test
  void firstEventsOfNewUsersAreLearnedAndNotEvaluated() {
    Map<String, Quality> result =
        BaselineEvaluation.of(Plans.of(List.of("a:x", "b:x", "c:x", "d:x"), List.of("new:y")));

    assertThat(result).containsOnlyKeys("popular", "markov", "transitions5");
    assertThat(result.values()).allMatch(quality -> quality.evaluated() == 0);
  }

  @Test
  void popularRanksByCountsThatGrowWithTheStream() {
    // Eleven items, q and r once each, the others twice: r is at place 11 for eve.
    List<String> past = new ArrayList<>();
    for (String item : List.of("a", "b", "c", "d", "e", "f", "g", "h", "i")) {
      past.add("u1:" + item);
      past.add("u2:" + item);
    }
    past.add("u3:q");
    past.add("u4:r");
    past.addAll(List.of("eve:s", "eve:s", "eve:s", "eve:s"));
    List<String> events = List.of("fay:r", "gil:r", "hal:r", "eve:r", "fay:a", "ida:s");

    Quality popular = popular(Plans.of(past, events));

    // eve: r has four counts by then, more than any item unseen by her: rank 1. fay has seen r;
    // s (4), then a to i (2 each): a is at place 2.
    assertThat(popular.evaluated()).isEqualTo(2);
    assertThat(popular.hitRateAt10()).isEqualTo(1);
    assertThat(popular.ndcgAt10()).isCloseTo((1 + Math.log(2) / Math.log(3)) / 2, within(1e-12));
  }

  @Test
  void markovRanksByWhatFollowedTheLastItem() {
    // After x came y twice and z once, but z is by far the most popular.
    List<String> past =
        List.of("a:x", "a:y", "b:x", "b:y", "c:x", "c:z", "d:z", "e:z", "f:z", "g:z", "h:x", "i:q");
    ReplayPlan plan = Plans.of(past, List.of("h:z", "j:p", "k:p"));

    Map<String, Quality> result = BaselineEvaluation.of(plan);

    assertThat(ndcg(result, "markov")).isCloseTo(Math.log(2) / Math.log(3), within(1e-12));
    assertThat(ndcg(result, "popular")).isEqualTo(1);
  }

  @Test
  void transitionsWeighEarlierItemsLess() {
    // For t, whose last items are x then w: z followed x directly once (1 * 1/2), and y followed w
    // directly once (1 * 1), so y is first. The direct followers of x and w, w and x, are seen.
    List<String> past =
        List.of("a:x", "a:z", "b:w", "b:y", "c:k", "d:k", "e:k", "t:x", "t:w", "f:k", "g:k", "h:k");
    ReplayPlan plan = Plans.of(past, List.of("t:z", "i:k", "j:k"));

    Map<String, Quality> result = BaselineEvaluation.of(plan);

    assertThat(ndcg(result, "transitions5")).isCloseTo(Math.log(2) / Math.log(3), within(1e-12));
    assertThat(ndcg(result, "markov"))
        .as("z never followed w: behind y, by popularity behind k")
        .isCloseTo(0.5, within(1e-12));
  }

  @Test
  void anItemThatNobodyEverChoseBeforeIsNotRanked() {
    ReplayPlan plan = Plans.of(List.of("a:x", "b:x", "c:x", "d:x"), List.of("a:y"));

    assertThat(BaselineEvaluation.of(plan).values()).containsOnly(new Quality(1, 0, 0));
  }

  private static Quality popular(ReplayPlan plan) {
    Quality quality = BaselineEvaluation.of(plan).get("popular");
    assertThat(quality).isNotNull();
    return quality;
  }

  private static double ndcg(Map<String, Quality> result, String name) {
    Quality quality = result.get(name);
    assertThat(quality).isNotNull();
    return quality.ndcgAt10();
  }
}
