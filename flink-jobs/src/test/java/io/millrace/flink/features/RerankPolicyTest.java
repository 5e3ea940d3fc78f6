package io.millrace.flink.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** For whom a language model looks lists over. */
class RerankPolicyTest {
  private static RerankPolicy policy(double share, int seed, String... surfaces) {
    return new RerankPolicy(share, seed, Set.of(surfaces), 5, 1000, 50, 0.5f, 60_000);
  }

  private static long named(RerankPolicy policy) {
    return IntStream.range(0, 10_000).filter(i -> policy.names("user-" + i, "")).count();
  }

  @Test
  void aShareOfUsersIsNamed() {
    assertThat(named(policy(0, 1))).isZero();
    assertThat(named(policy(1, 1))).isEqualTo(10_000);
    assertThat(named(policy(0.2, 1))).isBetween(1_850L, 2_150L);
  }

  @Test
  void aLargerShareNamesTheSameUsersAndMoreAndAnotherSeedOthers() {
    RerankPolicy few = policy(0.2, 1);
    RerankPolicy more = policy(0.4, 1);
    RerankPolicy others = policy(0.2, 2);
    int both = 0;
    for (int i = 0; i < 10_000; i++) {
      String user = "user-" + i;
      if (few.names(user)) {
        assertThat(more.names(user)).isTrue();
        both += others.names(user) ? 1 : 0;
      }
    }
    assertThat(both).isBetween(300, 500);
  }

  @Test
  void surfacesAreAllUnlessSomeAreNamed() {
    assertThat(policy(1, 1).names("u", "")).isTrue();
    assertThat(policy(1, 1).names("u", "home")).isTrue();
    assertThat(policy(1, 1, "home").names("u", "home")).isTrue();
    assertThat(policy(1, 1, "home").names("u", "")).isFalse();
    assertThat(RerankPolicy.OFF.names("u", "")).isFalse();
  }

  @Test
  void aListIsAskedAboutWithEnoughEventsAndAWhileAfterTheLast() {
    RerankPolicy policy = policy(1, 1);
    UserReranking last = UserReranking.NONE.asked(10_000);

    assertThat(policy.asks(4, 10_000, UserReranking.NONE)).isFalse();
    assertThat(policy.asks(5, 10_000, UserReranking.NONE)).isTrue();
    assertThat(policy.asks(5, 10_999, last)).isFalse();
    assertThat(policy.asks(5, 11_000, last)).isTrue();
    assertThat(policy.asks(5, 9_000, last)).as("an older list").isFalse();
  }

  @Test
  void withoutAnIntervalAListIsStillAskedAboutOnceForEachEvent() {
    RerankPolicy policy = new RerankPolicy(1, 1, Set.of(), 1, 0, 50, 0.5f, 0);
    UserReranking last = UserReranking.NONE.asked(10_000);

    assertThat(policy.asks(1, 10_000, last)).isFalse();
    assertThat(policy.asks(1, 10_001, last)).isTrue();
  }

  @Test
  void whatWasFoundCountsForAWhile() {
    assertThat(policy(1, 1).isFresh(10_000, 70_000)).isTrue();
    assertThat(policy(1, 1).isFresh(10_000, 70_001)).isFalse();
  }
}
