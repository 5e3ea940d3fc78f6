package io.millrace.standalone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ListEvaluationTest {
  private static final List<String> PAST =
      List.of(
          "ann:a", "ann:b", "ann:c", "ann:d", "ann:e", "ann:f", "ann:g", "ann:h", "ann:i", "ann:j",
          "ann:k", "ann:l");
  // Positions 0 to 2, targets of the start request (3), of 0 and of 1.
  private final Triggers triggers =
      new Triggers(Plans.of(PAST, List.of("ann:x", "ann:y", "ann:z")), 0);
  private final ListEvaluation evaluation = new ListEvaluation(triggers);

  @Test
  void eachListIsComparedWithWhatItsUserDidNext() {
    evaluation.score(3, List.of("x", "q"));
    evaluation.score(0, List.of("p", "q", "y"));
    evaluation.score(1, List.of("x", "y"));

    Quality quality = evaluation.overAll();
    assertThat(quality.evaluated()).isEqualTo(3);
    assertThat(quality.hitRateAt10()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(quality.ndcgAt10()).isCloseTo(1.5 / 3, within(1e-12));
  }

  @Test
  void theOrderOfArrivalChangesNothing() {
    List<List<String>> lists = List.of(List.of("p", "y"), List.of("z"), List.of("p"), List.of("x"));
    evaluation.score(0, lists.get(0));
    evaluation.score(1, lists.get(1));
    evaluation.score(2, lists.get(2));
    evaluation.score(3, lists.get(3));
    Random random = new Random(7);
    for (int round = 0; round < 20; round++) {
      List<Integer> order = Arrays.asList(0, 1, 2, 3);
      Collections.shuffle(order, random);
      ListEvaluation shuffled = new ListEvaluation(triggers);
      order.forEach(trigger -> shuffled.score(trigger, lists.get(trigger)));
      assertThat(shuffled.overAll().hitRateAt10()).isEqualTo(1);
      assertThat(shuffled.overAll().ndcgAt10())
          .isCloseTo(evaluation.overAll().ndcgAt10(), within(1e-12));
    }
  }

  @Test
  void aDuplicateListChangesNothing() {
    evaluation.score(0, List.of("p"));
    evaluation.score(0, List.of("y"));

    assertThat(evaluation.soFar()).isEqualTo(new Quality(1, 0, 0));
  }

  @Test
  void aListThatDoesNotArriveIsAMiss() {
    evaluation.score(3, List.of("x"));

    assertThat(evaluation.soFar()).isEqualTo(new Quality(1, 1, 1));
    assertThat(evaluation.overAll().hitRateAt10()).isCloseTo(1 / 3.0, within(1e-12));
  }

  @Test
  void onlyTheFirstTenPlacesCount() {
    evaluation.score(0, List.of("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "y"));

    assertThat(evaluation.soFar()).isEqualTo(new Quality(1, 0, 0));
  }

  @Test
  void anItemThatTheUserHadBeforeCannotBeAHit() {
    Triggers repeat = new Triggers(Plans.of(PAST, List.of("ann:x", "ann:a", "ann:x")), 0);
    ListEvaluation repeated = new ListEvaluation(repeat);
    repeated.score(0, List.of("a"));
    repeated.score(1, List.of("x"));

    assertThat(repeated.soFar()).isEqualTo(new Quality(2, 0, 0));
  }
}
