package io.millrace.flink.inference;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Decides what goes into one request. A call goes out at once while few requests are on their way;
 * when there are as many as allowed, calls wait and leave together with the next one. So a lone
 * call pays no delay, and under load the price of a request is shared.
 *
 * <p>Calls share a request only if neither would lose more than half of its time by it, as a
 * request has one deadline, the earliest of its calls, and as long as it does not become too large.
 * Thread-safe; holds no more than its callers have in flight.
 */
final class CallQueue {
  private final int maxRequests;
  private final int maxCallsPerRequest;
  private final Deque<PendingCall> waiting = new ArrayDeque<>();
  private int requests;

  CallQueue(int maxRequests, int maxCallsPerRequest) {
    this.maxRequests = maxRequests;
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

  /** A request has ended, whatever came of it. */
  synchronized void ended() {
    requests--;
  }

  /**
   * The calls of the next request, which counts as on its way from now on; empty if none may leave.
   *
   * @param expired takes the calls whose time is over
   */
  synchronized List<PendingCall> next(long nowNanos, List<PendingCall> expired) {
    List<PendingCall> batch = List.of();
    long shortest = Long.MAX_VALUE;
    long longest = 0;
    RequestSize size = new RequestSize();
    Iterator<PendingCall> calls = waiting.iterator();
    while (requests < maxRequests && calls.hasNext()) {
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
    if (!batch.isEmpty()) {
      requests++;
    }
    return batch;
  }
}
