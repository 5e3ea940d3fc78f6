package io.millrace.server.batching;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A batcher whose time and threads move only when told. */
final class BatcherFixture {
  final List<List<String>> batches = new ArrayList<>();
  final Set<String> poison = new TreeSet<>();
  final DynamicBatcher<FakeRequest> batcher;

  /** How long every run takes. */
  Duration computing = Duration.ZERO;

  /** Requests that one run of a runner gets, of a batch. */
  int mostTogether = 1_000;

  private final Deque<Runnable> threads = new ArrayDeque<>();
  private final Deque<Runnable> timers = new ArrayDeque<>();
  private final List<Long> delays = new ArrayList<>();
  private long now;

  /** Names with the same first letter may join; parts are of at most so many. */
  private final Composition<FakeRequest> composition =
      new Composition<>() {
        @Override
        public boolean mayJoin(FakeRequest first, FakeRequest next) {
          return first.name.charAt(0) == next.name.charAt(0);
        }

        @Override
        public List<List<FakeRequest>> parts(List<FakeRequest> batch) {
          List<List<FakeRequest>> parts = new ArrayList<>();
          for (int from = 0; from < batch.size(); from += mostTogether) {
            parts.add(batch.subList(from, Math.min(batch.size(), from + mostTogether)));
          }
          return parts;
        }
      };

  BatcherFixture(BatchingLimits limits, int instances) {
    List<BatchRunner<FakeRequest>> runners = new ArrayList<>();
    for (int i = 0; i < instances; i++) {
      runners.add(this::run);
    }
    batcher =
        new DynamicBatcher<>(
            limits,
            runners,
            composition,
            () -> now,
            threads::add,
            (action, nanos) -> {
              timers.add(action);
              delays.add(nanos);
            });
  }

  static BatchingLimits limits(int maxRows, Duration delay, int capacity) {
    return new BatchingLimits(maxRows, delay, Duration.ZERO, capacity, true);
  }

  private void run(List<FakeRequest> batch, long startNanos) {
    advance(computing);
    batches.add(batch.stream().map(request -> request.name).toList());
    if (batch.stream().anyMatch(request -> poison.contains(request.name))) {
      throw new IllegalStateException("poisoned");
    }
    batch.forEach(request -> request.answers++);
  }

  FakeRequest request(String name) {
    return new FakeRequest(name, now);
  }

  FakeRequest submit(String name) {
    FakeRequest request = request(name);
    batcher.submit(request);
    return request;
  }

  void advance(Duration time) {
    now += time.toNanos();
  }

  long now() {
    return now;
  }

  /** Lets one thread run what it was given, and whatever it finds in the queue after that. */
  void runOneThread() {
    threads.remove().run();
  }

  void runAll() {
    while (!threads.isEmpty()) {
      runOneThread();
    }
  }

  int startedThreads() {
    return threads.size();
  }

  void fireTimer() {
    timers.remove().run();
  }

  List<Long> delays() {
    return delays;
  }
}
