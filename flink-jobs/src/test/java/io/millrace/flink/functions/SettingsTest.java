package io.millrace.flink.functions;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.avro.InteractionType;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Settings that would break a promise of the operator are refused when they are made. */
class SettingsTest {
  @Test
  void aTriggerThatWaitsMustStillFindItsEvents() {
    assertThatThrownBy(() -> recommend(29, Duration.ZERO, Duration.ofMillis(1), 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("retainedEvents is 29: it must be at least 30; raise it");
  }

  @Test
  void aUserMayHaveAsManyListsPendingAsInFlight() {
    assertThatThrownBy(() -> recommend(30, Duration.ZERO, Duration.ofMillis(1), 21))
        .hasMessageContaining("maxPendingPerUser is 20")
        .hasMessageContaining("at least 21");
  }

  @Test
  void durationsHaveALeast() {
    assertThatThrownBy(() -> recommend(30, Duration.ofMillis(-1), Duration.ofMillis(1), 8))
        .hasMessageContaining("interval is PT-0.001S");
    assertThatThrownBy(() -> recommend(30, Duration.ZERO, Duration.ZERO, 8))
        .hasMessageContaining("deadline is PT0S");
  }

  @Test
  void popularSettingsHaveALeast() {
    assertThatThrownBy(() -> popular(Duration.ZERO, 2, 2)).hasMessageContaining("halfLife is PT0S");
    assertThatThrownBy(() -> popular(Duration.ofDays(1), 0, 2)).hasMessageContaining("size is 0");
    assertThatThrownBy(() -> popular(Duration.ofDays(1), 3, 2))
        .hasMessageContaining("maxItemsPerTask is 2");
  }

  private static void popular(Duration halfLife, int size, int maxItems) {
    new PopularSettings(
        Set.of(InteractionType.VIEW), halfLife, size, Duration.ofSeconds(1), maxItems);
  }

  private static void recommend(
      int retained, Duration interval, Duration deadline, int maxInFlightPerUser) {
    new RecommendSettings(
        10,
        retained,
        Duration.ofDays(7),
        Set.of(InteractionType.VIEW),
        50,
        Set.of(InteractionType.VIEW),
        interval,
        Duration.ofHours(1),
        3,
        deadline,
        Duration.ofSeconds(1),
        64,
        maxInFlightPerUser,
        20,
        Duration.ofDays(8));
  }
}
