package io.millrace.flink.inference;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Decides what goes into one request. A call goes out at once while few requests are on their way;
 * when no server may be sent another, calls wait and leave together with the next one. So a lone
 * call pays no delay, and under load the price of a request is shared.
 *
 * <p>Calls share a request only if neither would lose more than half of its time by it, as a
 * request has one deadline, the earliest of its calls, and as long as it does not become too large.
 * Thread-safe; holds no more than its callers have in flight.
 */
final class CallQueue {
  private final int maxCallsPerRequest;
  private final Deque<PendingCall> waiting = new ArrayDeque<>();

  CallQueue(int maxCallsPerRequest) {
    this.maxCallsPerRequest = maxCallsPerRequest;
  }

  synchronized void add(PendingCall call) {
    waiting.add(call);
  }

  /** Takes back calls of a request that has ended, ahead of those that wait. */
  synchronized void addFirst(List<PendingCall> calls) {
    for (int i = calls.size() - 1; i >= 0; i--) {
      waiting.addFirst(calls.get(i));
    }
  }

  synchronized boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Takes out everything. */
  synchronized List<PendingCall> drain() {
    List<PendingCall> all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }

  /**
   * The calls of the next request; empty if none of those that wait has time left.
   *
   * @param expired takes the calls whose time is over
   */
  synchronized List<PendingCall> next(long nowNanos, List<PendingCall> expired) {
    List<PendingCall> batch = List.of();
    long shortest = Long.MAX_VALUE;
    long longest = 0;
    RequestSize size = new RequestSize();
    Iterator<PendingCall> calls = waiting.iterator();
    while (calls.hasNext()) {
      PendingCall call = calls.next();
      long left = call.deadlineNanos() - nowNanos;
      if (call.isDone() || left <= 0) {
        calls.remove();
        expired.add(call);
        continue;
      }
      shortest = Math.min(shortest, left);
      longest = Math.max(longest, left);
      boolean first = batch.isEmpty();
      if (!first && (call.alone() || longest / 2 > shortest)) {
        break;
      }
      if (!size.add(call.call())) {
        break;
      }
      if (first) {
        batch = new ArrayList<>();
      }
      calls.remove();
      batch.add(call);
      if (call.alone() || batch.size() == maxCallsPerRequest) {
        break;
      }
    }
    return batch;
  }
}
