package io.millrace.standalone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.TriggerKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class TriggersTest {
  /** Rows 1 to 12 are the past, rows 13 to 15 the replay at positions 0 to 2. */
  private final Triggers triggers =
      new Triggers(
          Plans.of(
              List.of(
                  "ann:a", "ann:b", "bob:a", "bob:b", "bob:c", "bob:d", "bob:e", "bob:f", "bob:g",
                  "bob:h", "bob:i", "bob:j"),
              List.of("ann:c", "new:a", "ann:b")),
          0);

  @Test
  void rehearsalsComeLastAndAreComparedWithNothing() {
    Triggers rehearsed = new Triggers(Plans.of(List.of("ann:a", "ann:b"), List.of("ann:c")), 2);

    int first = rehearsed.find(TriggerKind.EVENT, "ml100k-1000003");
    int second = rehearsed.find(TriggerKind.EVENT, "ml100k-2000003");

    assertThat(rehearsed.size() - rehearsed.events()).isGreaterThan(2);
    assertThat(List.of(first, second)).containsExactly(rehearsed.size() - 2, rehearsed.size() - 1);
    assertThat(rehearsed.isEvent(first)).isFalse();
    assertThat(rehearsed.target(first)).isEqualTo(Triggers.NONE);
    assertThat(rehearsed.find(TriggerKind.EVENT, "ml100k-3000003")).isEqualTo(Triggers.NONE);
  }

  @Test
  void eventsAndRequestsAreFoundByKindAndId() {
    assertThat(triggers.size()).as("3 events, 1 request, 364 to warm up").isEqualTo(368);
    assertThat(triggers.find(TriggerKind.EVENT, "ml100k-14")).isEqualTo(1);
    assertThat(triggers.find(TriggerKind.REQUEST, "demo-start-ann")).isEqualTo(3);
    assertThat(triggers.find(TriggerKind.REQUEST, "ml100k-14")).isEqualTo(Triggers.NONE);
    assertThat(triggers.find(TriggerKind.EVENT, "ml100k-1")).isEqualTo(Triggers.NONE);
    assertThat(triggers.find(TriggerKind.UNKNOWN, "ml100k-14")).isEqualTo(Triggers.NONE);
    assertThat(triggers.isEvent(2)).isTrue();
    assertThat(triggers.isEvent(3)).isFalse();
  }

  @Test
  void aListIsComparedWithTheSameUsersNextEvent() {
    assertThat(triggers.target(3)).as("the request before the replay").isEqualTo(0);
    assertThat(triggers.target(0)).isEqualTo(2);
    assertThat(triggers.target(1)).as("a new user's only event").isEqualTo(Triggers.NONE);
    assertThat(triggers.target(2)).as("a user's last event").isEqualTo(Triggers.NONE);
    int warmUp = triggers.find(TriggerKind.REQUEST, "demo-warm-up-63-ann");
    assertThat(warmUp).isNotEqualTo(Triggers.NONE);
    assertThat(triggers.target(warmUp)).isEqualTo(Triggers.NONE);
    assertThat(triggers.targetCount()).isEqualTo(2);
  }

  @Test
  void anItemOfTheUsersPastIsKnownAsSeen() {
    assertThat(triggers.seenBefore(0)).isFalse();
    assertThat(triggers.seenBefore(1)).as("another user's past does not count").isFalse();
    assertThat(triggers.seenBefore(2)).isTrue();
  }
}
