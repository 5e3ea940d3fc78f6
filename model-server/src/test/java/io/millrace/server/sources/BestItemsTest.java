package io.millrace.server.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BestItemsTest {
  @Test
  void theBestAreKeptAndTiesAreOrderedByPopularity() {
    Random random = new Random(5);
    List<Integer> events = random.ints(200, 0, 20).boxed().toList();
    float[] scores = new float[200];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (random.nextInt(9) - 4) / 2f;
    }
    List<Integer> expected =
        IntStream.range(0, 200)
            .boxed()
            .sorted(
                Comparator.comparing((Integer item) -> -scores[item])
                    .thenComparing(item -> -events.get(item))
                    .thenComparing(item -> item))
            .limit(30)
            .toList();
    BestItems best = new BestItems(PopularityOrder.of(events));
    for (int round = 0; round < 2; round++) {
      best.clear(30);
      for (int item = 0; item < 200; item++) {
        best.offer(item, scores[item]);
      }
      best.sort();
      assertThat(IntStream.range(0, best.size()).map(best::item).boxed().toList())
          .isEqualTo(expected);
    }
  }

  @Test
  void fewerThanWantedAreAllKept() {
    BestItems best = new BestItems(PopularityOrder.of(List.of(1, 2)));
    best.clear(5);
    best.offer(0, -0f);
    best.offer(1, 0f);
    best.sort();
    assertThat(best.size()).isEqualTo(2);
    assertThat(best.item(0)).isEqualTo(1);
  }
}
