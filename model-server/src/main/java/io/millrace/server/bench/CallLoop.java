package io.millrace.server.bench;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.InferenceResponse;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.ServedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Calls a model in process, over and over, each caller with one call in flight. */
final class CallLoop {
  private final ServedModel model;
  private final List<InferenceRequest> calls;

  CallLoop(ServedModel model, List<InferenceRequest> calls) {
    this.model = model;
    this.calls = calls;
  }

  /** Makes the first call. */
  void once() {
    call(0);
  }

  private void call(int number) {
    CompletableFuture<Void> answered = new CompletableFuture<>();
    boolean taken =
        model.infer(
            calls.get(number % calls.size()),
            new Responder() {
              @Override
              public void complete(InferenceResponse response) {
                answered.complete(null);
              }

              @Override
              public void fail(InferenceException failure) {
                answered.completeExceptionally(failure);
              }
            });
    if (!taken) {
      throw new IllegalStateException("the model takes no calls");
    }
    answered.join();
  }

  /**
   * Runs for a while.
   *
   * @return calls that were answered
   */
  long run(int callers, double seconds) throws InterruptedException {
    long end = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    AtomicLong answered = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      int first = i * (calls.size() / callers);
      threads.add(
          new Thread(
              () -> {
                for (int at = first; System.nanoTime() < end; at++) {
                  call(at);
                  answered.incrementAndGet();
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    return answered.get();
  }
}
