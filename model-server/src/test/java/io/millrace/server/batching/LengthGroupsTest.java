package io.millrace.server.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LengthGroupsTest {
  private final LengthGroups groups = new LengthGroups();

  private int[] split(int... lengths) {
    int[] rows = new int[lengths.length];
    Arrays.fill(rows, 1);
    return splitRows(lengths, rows);
  }

  private int[] splitRows(int[] lengths, int[] rows) {
    int[] ends = new int[lengths.length];
    return Arrays.copyOf(ends, groups.split(lengths, rows, lengths.length, ends));
  }

  private static long cost(int[] lengths, int... ends) {
    long cost = 0;
    int begin = 0;
    for (int end : ends) {
      cost += LengthGroups.RUN_PLACES + (end - begin) * (long) Math.max(1, lengths[end - 1]);
      begin = end;
    }
    return cost;
  }

  @Test
  void aLoneRowIsAGroup() {
    assertThat(split(0)).containsExactly(1);
    assertThat(split(100)).containsExactly(1);
  }

  @Test
  void rowsOfOneLengthStayTogether() {
    assertThat(split(50, 50, 50, 50)).containsExactly(4);
  }

  @Test
  void shortRowsLeaveALongOneWhenThatSavesMoreThanARun() {
    assertThat(split(10, 100)).containsExactly(2);
    assertThat(split(10, 10, 10, 100)).containsExactly(3, 4);
    assertThat(split(90, 90, 90, 100)).containsExactly(4);
  }

  @Test
  void aGroupHasABound() {
    int[] lengths = new int[LengthGroups.MOST_ROWS + 1];
    Arrays.fill(lengths, 7);
    assertThat(split(lengths)).hasSize(2).endsWith(LengthGroups.MOST_ROWS + 1);
  }

  @Test
  void aRequestCountsWithAllItsRowsAndIsNeverCut() {
    assertThat(splitRows(new int[] {10, 100}, new int[] {1, 1})).containsExactly(2);
    assertThat(splitRows(new int[] {10, 100}, new int[] {3, 1})).containsExactly(1, 2);
    assertThat(splitRows(new int[] {7, 7}, new int[] {LengthGroups.MOST_ROWS, 1}))
        .containsExactly(1, 2);
    assertThat(splitRows(new int[] {7}, new int[] {LengthGroups.MOST_ROWS + 1})).containsExactly(1);
  }

  @Test
  void noOtherCutCostsLess() {
    Random random = new Random(3);
    for (int round = 0; round < 50; round++) {
      int[] lengths = random.ints(8, 0, 200).sorted().toArray();
      long best = Long.MAX_VALUE;
      for (int cuts = 0; cuts < 1 << (lengths.length - 1); cuts++) {
        int[] ends = new int[Integer.bitCount(cuts) + 1];
        int count = 0;
        for (int i = 1; i < lengths.length; i++) {
          if ((cuts >> (i - 1) & 1) == 1) {
            ends[count++] = i;
          }
        }
        ends[count] = lengths.length;
        best = Math.min(best, cost(lengths, ends));
      }
      assertThat(cost(lengths, split(lengths))).isEqualTo(best);
    }
  }

  @Test
  void groupsAreReusedForFewerRows() {
    split(1, 2, 3, 400, 500);
    assertThat(split(5)).containsExactly(1);
  }
}
