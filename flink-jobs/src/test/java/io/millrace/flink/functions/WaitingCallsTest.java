package io.millrace.flink.functions;

import static io.millrace.flink.functions.LanguageModelCalls.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.llm.LanguageModelCall;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaitingCallsTest {
  private static List<String> drained(WaitingCalls calls) {
    List<String> ids = new ArrayList<>();
    for (WaitingCalls.Waiting best = calls.best(); best != null; best = calls.best()) {
      ids.add(best.call().answerId());
      calls.remove(best.call().answerId());
    }
    return ids;
  }

  @Test
  void mostGainGoesFirstAndAmongEqualsTheEarliest() {
    WaitingCalls calls = new WaitingCalls(10);
    calls.offer(call("a", 1), 0);
    calls.offer(call("b", 3), 0);
    calls.offer(call("c", 3), 0);
    calls.offer(call("d", Double.NaN), 0);
    calls.offer(call("e", Double.POSITIVE_INFINITY), 0);

    assertThat(calls.gainOf(0)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(calls.gainOf(0.5)).isEqualTo(3);
    assertThat(calls.gainOf(0.75)).isEqualTo(1);
    assertThat(drained(calls)).containsExactly("e", "b", "c", "a", "d");
    assertThat(calls.gainOf(0.5)).isNaN();
  }

  @Test
  void theLeastWorthyLeavesWhoeverThatIs() {
    WaitingCalls calls = new WaitingCalls(2);
    assertThat(calls.offer(call("a", 1), 0)).isNull();
    assertThat(calls.offer(call("b", 2), 0)).isNull();
    assertThat(calls.offer(call("c", 1), 0)).isEqualTo(call("c", 1));
    assertThat(calls.offer(call("d", 3), 0)).isEqualTo(call("a", 1));
    assertThat(calls.size()).isEqualTo(2);
    assertThat(calls.contains("a")).isFalse();
    assertThat(drained(calls)).containsExactly("d", "b");
  }

  @Test
  void aCallOfferedAgainKeepsItsTurnAndTakesTheNewGain() {
    WaitingCalls calls = new WaitingCalls(2);
    calls.offer(call("a", 1), 5);
    calls.offer(call("b", 2), 6);
    assertThat(calls.offer(call("a", 2), 7)).isNull();

    assertThat(calls.size()).isEqualTo(2);
    assertThat(calls.best()).isEqualTo(new WaitingCalls.Waiting(call("a", 2), 0, 5));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyRunDoesWhatASortedListDoes(long seed) {
    Random random = new Random(seed);
    int capacity = 1 + random.nextInt(20);
    WaitingCalls calls = new WaitingCalls(capacity);
    Model model = new Model(capacity);
    for (int i = 0; i < 5_000; i++) {
      String id = "id-" + random.nextInt(50);
      switch (random.nextInt(4)) {
        case 0 -> {
          calls.remove(id);
          model.list.removeIf(waiting -> waiting.call().answerId().equals(id));
        }
        case 1 -> {
          String end = String.valueOf(random.nextInt(10));
          int removed = calls.removeIf(other -> other.endsWith(end));
          int before = model.list.size();
          model.list.removeIf(waiting -> waiting.call().answerId().endsWith(end));
          assertThat(removed).isEqualTo(before - model.list.size());
        }
        default -> {
          LanguageModelCall call = call(id, random.nextInt(5));
          assertThat(calls.offer(call, i)).isEqualTo(model.offer(call, i));
        }
      }
      assertThat(calls.size()).isEqualTo(model.list.size());
      assertThat(calls.best()).isEqualTo(model.list.isEmpty() ? null : model.list.get(0));
      assertThat(calls.contains(id)).isEqualTo(model.find(id) != null);
    }
  }

  /** The same by sorting everything each time. */
  private static final class Model {
    private final int capacity;
    private final List<WaitingCalls.Waiting> list = new ArrayList<>();
    private long arrivals;

    Model(int capacity) {
      this.capacity = capacity;
    }

    WaitingCalls.@Nullable Waiting find(String id) {
      return list.stream().filter(w -> w.call().answerId().equals(id)).findAny().orElse(null);
    }

    @Nullable LanguageModelCall offer(LanguageModelCall call, long now) {
      WaitingCalls.Waiting before = find(call.answerId());
      if (before == null) {
        list.add(new WaitingCalls.Waiting(call, arrivals++, now));
      } else {
        list.remove(before);
        list.add(new WaitingCalls.Waiting(call, before.arrival(), before.since()));
      }
      list.sort(
          Comparator.<WaitingCalls.Waiting>comparingDouble(w -> -w.call().gain())
              .thenComparingLong(WaitingCalls.Waiting::arrival));
      return list.size() > capacity ? list.remove(list.size() - 1).call() : null;
    }
  }
}
