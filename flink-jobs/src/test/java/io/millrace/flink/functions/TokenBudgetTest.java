package io.millrace.flink.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBudgetTest {
  private final AtomicLong now = new AtomicLong(1_000_000);

  private TokenBudget budget(long perMinute) {
    return new TokenBudget(perMinute, now::get);
  }

  @Test
  void theBucketHoldsTenSecondsAndFillsWithTime() {
    TokenBudget budget = budget(6_000);
    assertThat(budget.tryReserve(600)).isTrue();
    assertThat(budget.tryReserve(400)).isTrue();
    assertThat(budget.tryReserve(1)).isFalse();
    assertThat(budget.used()).isEqualTo(1);

    now.addAndGet(1_000);
    assertThat(budget.tryReserve(101)).isFalse();
    assertThat(budget.tryReserve(100)).isTrue();

    now.addAndGet(3_600_000);
    assertThat(budget.used()).isZero();
    assertThat(budget.tryReserve(1_000)).isTrue();
    assertThat(budget.tryReserve(1)).isFalse();
  }

  @Test
  void whatACallDidNotCostComesBack() {
    TokenBudget budget = budget(6_000);
    assertThat(budget.tryReserve(1_000)).isTrue();
    budget.settle(1_000, 300);
    assertThat(budget.tryReserve(701)).isFalse();
    assertThat(budget.tryReserve(700)).isTrue();
    budget.settle(700, 700_000);
    assertThat(budget.used()).isGreaterThan(1);
  }

  @Test
  void aCallBeyondTheBucketWaitsForAFullOneAndMakesTheOnlyDebt() {
    TokenBudget budget = budget(6_000);
    assertThat(budget.tryReserve(1)).isTrue();
    assertThat(budget.tryReserve(5_000)).isFalse();
    now.addAndGet(10);
    assertThat(budget.tryReserve(5_000)).isTrue();
    assertThat(budget.used()).isCloseTo(5, Offset.offset(0.001));

    now.addAndGet(39_999);
    assertThat(budget.tryReserve(1)).isFalse();
    now.addAndGet(11);
    assertThat(budget.tryReserve(1)).isTrue();
  }

  @Test
  void withoutABoundNothingWaits() {
    TokenBudget budget = budget(0);
    for (int i = 0; i < 100; i++) {
      assertThat(budget.tryReserve(Integer.MAX_VALUE)).isTrue();
    }
    assertThat(budget.used()).isZero();
  }

  @Test
  void aClockThatGoesBackFillsNothing() {
    TokenBudget budget = budget(6_000);
    assertThat(budget.tryReserve(1_000)).isTrue();
    now.addAndGet(-5_000);
    assertThat(budget.tryReserve(1)).isFalse();
  }

  /** In any minute no more is spent than a minute's tokens, a bucket, and one call. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void noMinuteCostsMoreThanItMay(long seed) {
    record Spent(long at, int tokens) {}
    Random random = new Random(seed);
    int perMinute = 100 + random.nextInt(100_000);
    int largest = 1 + random.nextInt(perMinute);
    TokenBudget budget = budget(perMinute);
    Deque<Spent> lastMinute = new ArrayDeque<>();
    long sum = 0;
    long calls = 0;
    for (int i = 0; i < 20_000; i++) {
      now.addAndGet(random.nextInt(200));
      while (!lastMinute.isEmpty() && lastMinute.peek().at() <= now.get() - 60_000) {
        sum -= lastMinute.remove().tokens();
      }
      int estimate = 1 + random.nextInt(largest);
      if (budget.tryReserve(estimate)) {
        int spent = random.nextInt(estimate + 1);
        budget.settle(estimate, spent);
        lastMinute.add(new Spent(now.get(), spent));
        sum += spent;
        calls++;
      }
      assertThat(sum).isLessThanOrEqualTo(perMinute + perMinute / 6 + 1 + largest);
    }
    assertThat(calls).as("calls made").isPositive();
  }
}
