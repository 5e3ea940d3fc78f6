package io.millrace.server.bench.load;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * A server on a clock of its own: it takes a fixed time for each call, one after the other, and
 * stands still once. Time goes by only while somebody waits for it.
 */
final class FakeServer implements Target, LoadClock {
  private final long nanosPerCall;
  private final Deque<Pending> pending = new ArrayDeque<>();
  final List<Integer> asked = new ArrayList<>();
  private long now;
  private long freeAt;
  private long stallFrom = Long.MAX_VALUE;
  private long stallUntil;
  private Outcome outcome = Outcome.ANSWERED;

  private record Pending(long done, Consumer<Outcome> completion) {}

  FakeServer(long nanosPerCall) {
    this.nanosPerCall = nanosPerCall;
  }

  FakeServer stallsBetween(long from, long until) {
    stallFrom = from;
    stallUntil = until;
    return this;
  }

  FakeServer saysOnly(Outcome only) {
    outcome = only;
    return this;
  }

  @Override
  public int calls() {
    return 3;
  }

  @Override
  public void send(int call, Consumer<Outcome> completion) {
    asked.add(call);
    long start = Math.max(now, freeAt);
    if (start >= stallFrom && start < stallUntil) {
      start = stallUntil;
    }
    freeAt = start + nanosPerCall;
    pending.add(new Pending(freeAt, completion));
  }

  @Override
  public long nanos() {
    return now;
  }

  @Override
  public void awaitNanos(long time) {
    while (!pending.isEmpty() && pending.element().done() <= time) {
      finishNext();
    }
    now = Math.max(now, time);
  }

  /** Answers everything that it was asked, and what is asked in turn. */
  void finishAll() {
    while (!pending.isEmpty()) {
      finishNext();
    }
  }

  private void finishNext() {
    Pending next = pending.remove();
    now = Math.max(now, next.done());
    next.completion().accept(outcome);
  }

  @Override
  public void close() {}
}
