package io.millrace.flink.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventSequenceTest {
  private static final int RETAINED = 20;

  private final EventSequence sequence = new EventSequence();

  @Test
  void eventsAreInOrderOfTimeAndTiesInOrderOfArrival() {
    add("b", 2);
    add("a", 1);
    add("b2", 2);
    add("c", 3);
    add("b3", 2);

    assertThat(now(10).itemIds()).containsExactly("a", "b", "b2", "b3", "c");
    assertThat(now(10).ageSeconds()).containsExactly(.002f, .001f, .001f, .001f, 0f);
    assertThat(sequence.newestEventId()).isEqualTo("event-c");
  }

  @Test
  void aCutTakesTheNewest() {
    for (int i = 0; i < 5; i++) {
      add("i" + i, i);
    }
    assertThat(now(2).itemIds()).containsExactly("i3", "i4");
    assertThat(now(2).eventTypes()).containsExactly(1, 1);
    assertThat(now(0).itemIds()).isEmpty();
  }

  @Test
  void whatIsOldestByTimeIsForgottenFirst() {
    for (int i = 0; i < RETAINED; i++) {
      add("i" + i, 100 + i);
    }
    add("old", 1);
    assertThat(now(100).itemIds()).hasSize(RETAINED).startsWith("i0");
    assertThat(sequence.arrivals()).isEqualTo(RETAINED + 1);
    add("new", 200);
    assertThat(now(100).itemIds()).hasSize(RETAINED).startsWith("i1").endsWith("new");
  }

  @Test
  void latenessIsMeasuredAgainstTheUsersOwnNewestEvent() {
    assertThat(sequence.isLate(Long.MIN_VALUE / 2, 10)).isFalse();
    add("a", 100);
    assertThat(sequence.isLate(90, 10)).isFalse();
    assertThat(sequence.isLate(89, 10)).isTrue();
    assertThat(sequence.isLate(1000, 10)).isFalse();
  }

  @Test
  void purgingForgetsUpToATimeInclusive() {
    add("a", 1);
    add("b", 2);
    add("c", 3);
    sequence.purgeUpTo(2);
    assertThat(now(10).itemIds()).containsExactly("c");
    assertThat(sequence.newestEventId()).isEqualTo("event-c");
    sequence.purgeUpTo(3);
    assertThat(now(10).itemIds()).isEmpty();
    assertThat(sequence.newestEventId()).isNull();
    add("d", 4);
    assertThat(now(10).itemIds()).containsExactly("d");
  }

  /** Against the plainest possible implementation, through bytes now and then. */
  @Test
  void aCutAtAnArrivalIsWhatTheSequenceWasThen() throws IOException {
    record Event(String item, long time) {}
    Random random = new Random(7);
    EventSequence tested = sequence;
    List<Event> model = new ArrayList<>();
    List<List<String>> snapshots = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Event event = new Event("item-" + i, i - random.nextInt(8));
      tested.add("e" + i, i, bytes(event.item()), 1, event.time(), RETAINED);
      model.add(event);
      model.sort(Comparator.comparingLong(Event::time));
      List<String> newest =
          model.subList(Math.max(0, model.size() - 10), model.size()).stream()
              .map(Event::item)
              .toList();
      snapshots.add(newest);
      for (int back = 0; back <= 10 && back <= i; back++) {
        assertThat(List.copyOf(tested.cut(i + 1 - back, 10).itemIds()))
            .as("%d events ago, after %d", back, i)
            .isEqualTo(snapshots.get(i - back));
      }
      if (random.nextInt(10) == 0) {
        tested = throughBytes(tested);
      }
    }
  }

  @Test
  void fingerprintsAreRemembered() throws IOException {
    add("a", 1);
    assertThat(sequence.contains(Fingerprint.of("event-a"))).isTrue();
    assertThat(throughBytes(sequence).contains(Fingerprint.of("event-a"))).isTrue();
    assertThat(sequence.contains(Fingerprint.of("event-b"))).isFalse();
  }

  private void add(String item, long time) {
    String id = "event-" + item;
    sequence.add(id, Fingerprint.of(id), bytes(item), 1, time, RETAINED);
  }

  private SequenceCut now(int most) {
    return sequence.cut(sequence.arrivals(), most);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static EventSequence throughBytes(EventSequence sequence) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    sequence.writeTo(new DataOutputStream(bytes));
    return EventSequence.readFrom(
        new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }
}
