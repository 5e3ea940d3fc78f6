package io.millrace.flink.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.flink.features.PopularCounts.Entry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PopularCountsTest {
  private static final long HALF_LIFE = 1000;

  private final PopularCounts counts = new PopularCounts(HALF_LIFE);

  @Test
  void anEventThatIsAHalfLifeOlderCountsHalf() {
    counts.add("a", 1, 0);
    Entry entry = counts.add("a", 1, HALF_LIFE);
    assertThat(entry.count()).isEqualTo(1.5);
    assertThat(entry.time()).isEqualTo(HALF_LIFE);
    assertThat(counts.add("a", 1, 0).count()).isEqualTo(2.0);
  }

  @Test
  void theOrderOfArrivalDoesNotMatter() {
    List<Long> times = new ArrayList<>();
    Random random = new Random(3);
    for (int i = 0; i < 200; i++) {
      times.add(1_700_000_000_000L + random.nextInt(50_000));
    }
    double inOrder = sum(times);
    Collections.shuffle(times, random);
    assertThat(sum(times)).isCloseTo(inOrder, within(1e-9));
  }

  private static double sum(List<Long> times) {
    PopularCounts counted = new PopularCounts(HALF_LIFE);
    times.forEach(time -> counted.add("a", 1, time));
    Entry entry = counted.top(1).get(0);
    return entry.count() * Math.pow(2, (entry.time() - 1_700_000_050_000L) / 1000.0);
  }

  @Test
  void fewNewEventsBeatManyOldOnes() {
    counts.add("old", 100, 0);
    counts.add("new", 1, 7 * HALF_LIFE);
    assertThat(items(counts.top(2))).containsExactly("new", "old");
    assertThat(counts.relative(counts.top(2))[1]).isCloseTo(100f / 128, within(1e-6f));
  }

  @Test
  void tiesAreInTheOrderOfIds() {
    counts.add("b", 1, 5);
    counts.add("a", 1, 5);
    counts.add("c", 1, 5);
    assertThat(items(counts.top(2))).containsExactly("a", "b");
  }

  @Test
  void pruningKeepsTheMostPopular() {
    for (int i = 0; i < 10; i++) {
      counts.add("i" + i, 1 + i, 0);
    }
    assertThat(counts.prune(10)).isEmpty();
    assertThat(counts.prune(3)).hasSize(7).contains("i6").doesNotContain("i7");
    assertThat(items(counts.top(10))).containsExactly("i9", "i8", "i7");
  }

  @Test
  void theFirstItemsCountIsToldAsOfTheNewestEvent() {
    counts.add("a", 8, 0);
    counts.add("b", 1, HALF_LIFE);

    assertThat(counts.newestCount(counts.top(2))).isEqualTo(4);
    assertThat(counts.newestCount(List.of())).isZero();
  }

  @Test
  void drainingLeavesNothing() {
    counts.add("a", 2, 5);
    List<Entry> drained = new ArrayList<>();
    counts.drain(drained::add);
    assertThat(drained).containsExactly(new Entry("a", 2, 5));
    assertThat(counts.size()).isZero();
  }

  private static List<String> items(List<Entry> entries) {
    return entries.stream().map(Entry::itemId).toList();
  }
}
