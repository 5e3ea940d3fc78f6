package io.millrace.flink.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.features.UserHistory.Outcome;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UserHistoryTest {
  private static final HistoryRules RULES =
      HistoryRules.of(5, 1000, Set.of(InteractionType.VIEW, InteractionType.PURCHASE), 3, 2);

  private final UserHistory history = new UserHistory();

  @Test
  void saysWhatBecameOfAnEvent() {
    assertThat(add("1", "a", 5000)).isEqualTo(Outcome.ADDED);
    assertThat(add("1", "a", 5000)).isEqualTo(Outcome.DUPLICATE);
    assertThat(add("2", "b", 3999)).isEqualTo(Outcome.LATE);
    assertThat(add("3", "c", 4000)).isEqualTo(Outcome.ADDED);
    history.erase(5500, 9000, RULES);
    assertThat(add("4", "d", 5500)).isEqualTo(Outcome.ERASED);
    assertThat(add("5", "d", 5501)).isEqualTo(Outcome.ADDED);
  }

  @Test
  void onlyTheTypesThatCountMarkAnItemAsSeen() {
    add("1", "a", 1);
    history.add(event("2", "b", InteractionType.SKIP, 2), RULES);
    history.add(event("3", "c", InteractionType.PURCHASE, 3), RULES);
    assertThat(history.seenAt(history.seenCount(), RULES)).containsExactly("a", "c");
    assertThat(history.sequenceAt(history.arrivals(), 10).itemIds()).containsExactly("a", "b", "c");
    assertThat(history.sequenceAt(history.arrivals(), 10).eventTypes()).containsExactly(1, 7, 6);
  }

  @Test
  void anErasureKeepsWhatHappenedLaterAndItsOwnTime() {
    add("1", "a", 1);
    add("2", "b", 2);
    history.erase(1, 100, RULES);
    assertThat(history.seenAt(history.seenCount(), RULES)).containsExactly("b");
    assertThat(history.newestEventId()).isEqualTo("2");
    history.erase(2, 90, RULES);
    assertThat(history.newestEventId()).isNull();
    assertThat(history.isEmpty()).isFalse();
    assertThat(history.isErased(2)).isTrue();
    assertThat(history.isErased(3)).isFalse();

    assertThat(history.forgetErasure(99)).isFalse();
    assertThat(history.forgetErasure(100)).isTrue();
    assertThat(history.forgetErasure(100)).isFalse();
    assertThat(history.isErased(2)).isFalse();
    assertThat(history.isEmpty()).isTrue();
  }

  @Test
  void anErasureThatComesLateDoesNotShortenAnother() {
    history.erase(10, 100, RULES);
    history.erase(5, 50, RULES);
    assertThat(history.isErased(10)).isTrue();
    assertThat(history.forgetErasure(99)).isFalse();
  }

  private Outcome add(String id, String item, long time) {
    return history.add(event(id, item, InteractionType.VIEW, time), RULES);
  }

  private static Interaction event(String id, String item, InteractionType type, long time) {
    return new Interaction(
        id, "u", item, type, null, Instant.ofEpochMilli(time), Map.of(), null, null);
  }
}
