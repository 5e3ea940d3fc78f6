package io.millrace.flink.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.features.PackedIds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallQueueTest {
  private static final long NOW = 1_000;
  private static final long DEADLINE = 2_000;

  private final CallQueue queue = new CallQueue(3);
  private final List<PendingCall> expired = new ArrayList<>();

  @Test
  void callsThatWaitShareARequest() {
    List<PendingCall> calls = add(7, 1);

    assertThat(next()).containsExactlyElementsOf(calls.subList(0, 3));
    assertThat(next()).containsExactlyElementsOf(calls.subList(3, 6));
    assertThat(next()).containsExactly(calls.get(6));
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void everythingCanBeTakenOut() {
    List<PendingCall> calls = add(5, 1);

    assertThat(queue.drain()).isEqualTo(calls);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void aRequestEndsBeforeItIsTooLarge() {
    // 14 bytes an id and 4 a row of exclusions: two such calls are below 2 MiB, three above.
    List<PendingCall> calls = add(3, 50_000);

    assertThat(next()).containsExactlyElementsOf(calls.subList(0, 2));
    assertThat(next()).containsExactly(calls.get(2));
  }

  @Test
  void aCallThatIsTooLargeLeavesAllTheSame() {
    List<PendingCall> calls = add(1, 500_000);

    assertThat(next()).isEqualTo(calls);
  }

  @Test
  void rowsAreCountedAsLongAsTheLongest() {
    add(1, 100_000);
    PendingCall small = add(1, 1).get(0);

    // 1.8 MB alone; the short row is filled up with 0.4 MB of empty ids.
    assertThat(next()).hasSize(1);
    assertThat(next()).containsExactly(small);
  }

  @Test
  void whatHasNoTimeLeftIsHandedOut() {
    List<PendingCall> calls = add(1, 1);

    assertThat(queue.next(DEADLINE, expired)).isEmpty();
    assertThat(expired).isEqualTo(calls);
  }

  private List<PendingCall> next() {
    return queue.next(NOW, expired);
  }

  private List<PendingCall> add(int count, int exclusions) {
    PackedIds excluded = PackedIds.of(Collections.nCopies(exclusions, "item-12345"));
    List<PendingCall> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RecommendCall call =
          new RecommendCall("call", List.of("a"), new int[1], new float[1], excluded, null, 10);
      calls.add(new PendingCall(call, DEADLINE));
    }
    calls.forEach(queue::add);
    return calls;
  }
}
