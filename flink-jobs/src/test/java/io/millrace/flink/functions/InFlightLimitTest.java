package io.millrace.flink.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class InFlightLimitTest {
  private static final Duration DEADLINE = Duration.ofMillis(200);

  private final InFlightLimit limit = new InFlightLimit(100, DEADLINE);

  @Test
  void staysAtTheMostWhileAnswersComeInTime() {
    round(100, 10);
    assertThat(limit.allowed()).isEqualTo(100);
    round(100, 99);
    assertThat(limit.allowed()).isEqualTo(100);
  }

  @Test
  void shrinksInProportionAndByHalfAtMost() {
    round(100, 125);
    assertThat(limit.allowed()).isEqualTo(80);
    round(80, 5_000);
    assertThat(limit.allowed()).isEqualTo(40);
  }

  @Test
  void missedCallsCountAsTheWholeDeadline() {
    for (int i = 0; i < 50; i++) {
      limit.answered(Duration.ofMillis(100).toNanos());
      limit.missed();
    }
    assertThat(limit.allowed()).isEqualTo(66);
  }

  @Test
  void findsWhatASlowServerCanDo() {
    // 400 calls a second, whatever is in flight: by Little's law the time taken is in flight / 400.
    for (int i = 0; i < 60; i++) {
      round(limit.allowed() + 1, limit.allowed() / 0.4);
    }
    assertThat(limit.allowed()).isBetween(30, 45);
  }

  @Test
  void growsAgainAndNeverBeyondTheMost() {
    round(100, 200);
    round(50, 200);
    assertThat(limit.allowed()).isEqualTo(25);
    for (int i = 0; i < 30; i++) {
      round(limit.allowed() + 1, 10);
    }
    assertThat(limit.allowed()).isEqualTo(100);
  }

  @Test
  void neverShrinksToNothing() {
    for (int i = 0; i < 30; i++) {
      round(limit.allowed() + 1, 200);
    }
    assertThat(limit.allowed()).isEqualTo(4);
    assertThat(new InFlightLimit(1, DEADLINE).allowed()).isEqualTo(1);
  }

  @Test
  void holdsNobodyUpForAServerThatIsGone() {
    round(100, 200);
    assertThat(limit.allowed()).isEqualTo(50);
    for (int i = 0; i < 50; i++) {
      limit.missed();
    }
    assertThat(limit.allowed()).isEqualTo(100);
  }

  private void round(int calls, double millis) {
    for (int i = 0; i < calls; i++) {
      limit.answered((long) (millis * 1e6));
    }
  }
}
