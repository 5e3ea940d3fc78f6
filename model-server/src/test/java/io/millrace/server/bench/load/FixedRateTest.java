package io.millrace.server.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FixedRateTest {
  private static final Duration PATIENT = Duration.ofHours(1);

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** The last call of a run would be waited for on the machine's clock: a later one answers it. */
  private static LoadResult run(FakeServer server, double perSecond, Duration deadline, int room)
      throws InterruptedException {
    return run(server, perSecond, deadline, room, (long) perSecond);
  }

  private static LoadResult run(
      FakeServer server, double perSecond, Duration deadline, int room, long sent)
      throws InterruptedException {
    LastCallAnswers target = new LastCallAnswers(server, sent);
    return new FixedRate(target, perSecond, room, server).run(1, deadline);
  }

  @Test
  void callsGoOutWhenTheyAreDueInOrder() throws InterruptedException {
    FakeServer server = new FakeServer(millis(1));
    LoadResult result = run(server, 4, PATIENT, 10);
    assertThat(server.asked).containsExactly(0, 1, 2, 0);
    assertThat(result.answered()).isEqualTo(4);
    assertThat(result.notSent()).isZero();
    assertThat(result.micros(100)).isBetween(999.0, 1002.0);
  }

  @Test
  void aStallIsChargedToEverybodyWhoWouldHaveCalledMeanwhile() throws InterruptedException {
    FakeServer server = new FakeServer(0).stallsBetween(millis(100), millis(600));
    LoadResult result = run(server, 100, PATIENT, 1000);
    assertThat(result.answered()).isEqualTo(100);
    // Half of the calls were due in the half second; those in its middle waited for half of it.
    assertThat(result.micros(75)).isBetween(240_000.0, 260_000.0);
    assertThat(result.micros(100)).isBetween(499_000.0, 501_000.0);
  }

  @Test
  void answersAfterTheirDeadlineAreLate() throws InterruptedException {
    FakeServer server = new FakeServer(0).stallsBetween(millis(100), millis(600));
    LoadResult result = run(server, 100, Duration.ofMillis(200), 1000);
    assertThat(result.late()).isEqualTo(30);
    assertThat(result.inTime()).isEqualTo(70);
  }

  @Test
  void callsBeyondWhatMayBeInFlightAreNotSent() throws InterruptedException {
    FakeServer server = new FakeServer(0).stallsBetween(0, millis(550));
    LoadResult result = run(server, 10, PATIENT, 4, 8);
    assertThat(result.notSent()).isEqualTo(2);
    assertThat(result.answered()).isEqualTo(8);
  }

  @Test
  void refusalsAreNoAnswers() throws InterruptedException {
    FakeServer server = new FakeServer(0).saysOnly(Outcome.REFUSED);
    LoadResult result = run(server, 10, PATIENT, 4);
    assertThat(result.answered()).isZero();
    assertThat(result.refused()).isEqualTo(10);
  }
}
