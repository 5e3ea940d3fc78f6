package io.millrace.standalone.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.standalone.data.Rating;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayerTest {
  private static final long SECOND = 1_000_000_000L;
  private static final List<Rating> EVENTS =
      List.of(
          new Rating(1, "u", "a", 3, 100),
          new Rating(2, "u", "b", 3, 100),
          new Rating(3, "u", "c", 3, 160));

  private final FakeClock clock = new FakeClock();
  private final List<Long> intended = new ArrayList<>();
  private final List<Long> sentAt = new ArrayList<>();

  @Test
  void aRateSpacesEventsEvenly() throws InterruptedException {
    long start = replay(new Pace.Rate(2), 0);

    assertThat(start).isEqualTo(FakeClock.START);
    assertThat(offsets(sentAt)).containsExactly(0L, SECOND / 2, SECOND);
    assertThat(intended).isEqualTo(sentAt);
  }

  @Test
  void aMultipleOfRealTimeKeepsTheGapsInProportion() throws InterruptedException {
    replay(new Pace.RealTime(30), 0);

    assertThat(offsets(sentAt)).containsExactly(0L, 0L, 2 * SECOND);
  }

  @Test
  void fullSpeedNeverWaits() throws InterruptedException {
    replay(new Pace.Unpaced(), 0);

    assertThat(offsets(sentAt)).containsExactly(0L, 0L, 0L);
  }

  @Test
  void anEventThatLeavesLateKeepsItsIntendedTimeAndTheNextOnesCatchUp()
      throws InterruptedException {
    replay(new Pace.Rate(1), 3 * SECOND);

    assertThat(offsets(intended)).containsExactly(0L, SECOND, 2 * SECOND);
    assertThat(offsets(sentAt)).containsExactly(0L, 3 * SECOND, 3 * SECOND);
  }

  @Test
  void withoutAScheduleWaitingForTheBrokerDoesNotCountAsLateness() throws InterruptedException {
    replay(new Pace.Unpaced(), 3 * SECOND);

    assertThat(offsets(intended)).containsExactly(0L, 3 * SECOND, 3 * SECOND);
  }

  @Test
  void aPaceThatIsNoPositiveNumberIsRefused() {
    assertThatThrownBy(() -> new Pace.Rate(0)).hasMessage("--rate 0.0: must be a number above 0");
    assertThatThrownBy(() -> new Pace.RealTime(Double.NaN))
        .hasMessage("--speed NaN: must be a number above 0");
    assertThatThrownBy(() -> new Pace.Rate(Double.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void pacesDescribeThemselves() {
    assertThat(new Pace.Unpaced().describe()).isEqualTo("at full speed");
    assertThat(new Pace.Rate(200).describe()).isEqualTo("at 200 events/s");
    assertThat(new Pace.Rate(0.5).describe()).isEqualTo("at 0.50 events/s");
    assertThat(new Pace.RealTime(86_400).describe()).isEqualTo("at 86,400 times real time");
  }

  /** The first event's send blocks for that long, as a full producer buffer does. */
  private long replay(Pace pace, long firstSendBlocks) throws InterruptedException {
    return new Replayer(clock, pace)
        .replay(
            EVENTS,
            (position, event, intendedNanos) -> {
              intended.add(intendedNanos);
              sentAt.add(clock.now);
              if (position == 0) {
                clock.now += firstSendBlocks;
              }
            });
  }

  private static List<Long> offsets(List<Long> times) {
    return times.stream().map(time -> time - FakeClock.START).toList();
  }

  private static final class FakeClock implements PacingClock {
    /** Negative, as System.nanoTime may be. */
    static final long START = -5_000;

    long now = START;

    @Override
    public long nanos() {
      return now;
    }

    @Override
    public void awaitNanos(long deadline) {
      now = Math.max(now, deadline);
    }
  }
}
