package io.millrace.flink.functions;

import io.millrace.flink.llm.LanguageModelCall;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Calls that wait for their turn: the one of most gain first, among equals the one that came first.
 * There is one for each answer, and no more than a bound: the one of least gain, the newest among
 * equals, leaves when there are too many. For one thread.
 */
final class WaitingCalls {
  /**
   * A call that waits.
   *
   * @param arrival its number among all that came
   * @param since when it came, in milliseconds of the caller's clock
   */
  record Waiting(LanguageModelCall call, long arrival, long since) {
    double gain() {
      return Double.isNaN(call.gain()) ? Double.NEGATIVE_INFINITY : call.gain();
    }
  }

  private final int capacity;
  private final TreeSet<Waiting> order =
      new TreeSet<>(
          Comparator.comparingDouble(Waiting::gain).reversed().thenComparingLong(Waiting::arrival));
  private final Map<String, Waiting> byAnswer = new HashMap<>();
  private long arrivals;

  /**
   * @param capacity at least 1
   */
  WaitingCalls(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Lets a call wait. One that waits already keeps its turn among equals and takes the new gain.
   *
   * @param now milliseconds
   * @return the call that left for it, which may be itself; null if none had to
   */
  @Nullable LanguageModelCall offer(LanguageModelCall call, long now) {
    Waiting before = byAnswer.remove(call.answerId());
    if (before != null) {
      order.remove(before);
    }
    add(
        before == null
            ? new Waiting(call, arrivals++, now)
            : new Waiting(call, before.arrival(), before.since()));
    return order.size() > capacity ? removeLast() : null;
  }

  private void add(Waiting waiting) {
    order.add(waiting);
    byAnswer.put(waiting.call().answerId(), waiting);
  }

  private LanguageModelCall removeLast() {
    LanguageModelCall least = order.last().call();
    remove(least.answerId());
    return least;
  }

  /** Whether a call for an answer waits. */
  boolean contains(String answerId) {
    return byAnswer.containsKey(answerId);
  }

  /** The next one's turn; null if none waits. */
  @Nullable Waiting best() {
    return order.isEmpty() ? null : order.first();
  }

  /** Takes a call out, if it waits. */
  void remove(String answerId) {
    Waiting waiting = byAnswer.remove(answerId);
    if (waiting != null) {
      order.remove(waiting);
    }
  }

  /** Takes out the calls of some answers; returns how many there were. */
  int removeIf(Predicate<String> answerId) {
    int before = order.size();
    order.removeIf(waiting -> answerId.test(waiting.call().answerId()));
    byAnswer.keySet().removeIf(answerId);
    return before - order.size();
  }

  int size() {
    return order.size();
  }

  /**
   * The gain that a share of those that wait have at least. Looks at the calls up to there.
   *
   * @param share 0 for the highest gain, 1 for the least
   * @return NaN if none waits
   */
  double gainOf(double share) {
    int steps = (int) Math.round(share * (order.size() - 1));
    Iterator<Waiting> calls = order.iterator();
    double gain = Double.NaN;
    for (int i = 0; i <= steps && calls.hasNext(); i++) {
      gain = calls.next().gain();
    }
    return gain;
  }
}
