package io.millrace.server.repository;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Callers that ask one thing after another while versions change under them. */
final class CallersDuringSwaps {
  private static final int CALLERS = 4;

  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicInteger answered = new AtomicInteger();

  private CallersDuringSwaps() {}

  /**
   * Swaps as often as that, each time after some more answers.
   *
   * @param swap gets the number of the swap, from 0
   * @param call one call, by its number within its caller; throws if the answer is wrong
   * @return why callers have ended early; empty if none has
   */
  static List<Throwable> run(int swaps, IntConsumer swap, IntConsumer call)
      throws InterruptedException {
    return new CallersDuringSwaps().runAll(swaps, swap, call);
  }

  private List<Throwable> runAll(int swaps, IntConsumer swap, IntConsumer call)
      throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    List<Future<?>> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(threads.submit(() -> ask(call)));
    }
    List<Throwable> failures = new ArrayList<>();
    try {
      for (int i = 0; i < swaps; i++) {
        int before = answered.get();
        swap.accept(i);
        while (answered.get() < before + CALLERS && callers.stream().noneMatch(Future::isDone)) {
          Thread.onSpinWait();
        }
      }
    } finally {
      stop.set(true);
      for (Future<?> caller : callers) {
        try {
          caller.get();
        } catch (ExecutionException e) {
          failures.add(e.getCause());
        }
      }
      threads.shutdown();
    }
    return failures;
  }

  private void ask(IntConsumer call) {
    for (int i = 0; !stop.get(); i++) {
      call.accept(i);
      answered.incrementAndGet();
    }
  }
}
