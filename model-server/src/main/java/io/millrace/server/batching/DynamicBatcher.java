package io.millrace.server.batching;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Collects requests of many callers into batches and hands them to a fixed number of runners.
 *
 * <p>A batch starts as soon as a runner is idle and the first waiting request has had its delay, or
 * the batch is full. So with no delay a lone request is computed at once, and batches grow exactly
 * as far as the runners fall behind. Requests of one priority level leave in order of arrival, or,
 * where that would answer all of them too late, the last to come first; one that cannot share a
 * batch with the first ends that batch and starts the next. Expired and abandoned requests are
 * dropped when it would be their turn, and to make room when the queue is full; so are those with
 * less time left than a batch takes. A batch is no longer than a part of the time that its first
 * request has. One that would stand in line for too much of its time is rejected when it comes.
 *
 * @param <R> the kind of request
 */
public final class DynamicBatcher<R extends QueuedRequest> implements AutoCloseable {
  private final BatchingLimits limits;
  private final long maxDelayNanos;
  private final Composition<R> composition;
  private final LongSupplier clock;
  private final Executor executor;
  private final Timer timer;
  private final CompletableFuture<Void> drained = new CompletableFuture<>();

  /** Guards everything below. Held for queue operations only, never while calling a request. */
  private final ReentrantLock lock = new ReentrantLock();

  /** Requests that wait; never more than the capacities of all levels. */
  private final RequestQueue<R> queue;

  /** Workers without work. */
  private final Deque<Worker> idle = new ArrayDeque<>();

  /** Workers handed to the executor that have not looked at the queue yet. */
  private int starting;

  /** Requests taken from the queue whose worker has not finished with them. */
  private int running;

  /** How long batches take. */
  private final ExpectedDuration expected = new ExpectedDuration();

  /** How long requests will wait. */
  private final ExpectedWait expectedWait;

  private boolean timerSet;
  private boolean draining;

  /**
   * Starts empty and idle.
   *
   * @param runners as many batches are computed at the same time; each is called by one thread at a
   *     time
   * @param composition which requests are computed together
   * @param clock monotonic nanoseconds, the one that requests' times are on
   * @param executor runs the runners; must have a thread for each
   * @param timer wakes the batcher when a delay ends
   */
  public DynamicBatcher(
      BatchingLimits limits,
      Collection<? extends BatchRunner<R>> runners,
      Composition<R> composition,
      LongSupplier clock,
      Executor executor,
      Timer timer) {
    if (runners.isEmpty()) {
      throw new IllegalArgumentException("a batcher needs at least one runner");
    }
    this.limits = limits;
    this.maxDelayNanos = limits.maxDelay().toNanos();
    this.composition = composition;
    this.queue = new RequestQueue<>(limits, composition);
    this.clock = clock;
    this.executor = executor;
    this.timer = timer;
    this.expectedWait = new ExpectedWait(runners.size());
    runners.forEach(runner -> idle.add(new Worker(runner)));
  }

  /**
   * Takes a request, or rejects it before this returns. Never blocks.
   *
   * @return false if this batcher drains and nothing was done with the request, not even rejected
   */
  public boolean submit(R request) {
    List<R> dead = new ArrayList<>(0);
    Rejection refused;
    lock.lock();
    try {
      if (draining) {
        return false;
      }
      refused = queue.add(request, clock.getAsLong(), expectedWait, dead);
      if (refused == null) {
        dispatch();
      }
    } finally {
      lock.unlock();
    }
    rejectDead(dead);
    if (refused != null) {
      request.reject(refused);
    }
    return true;
  }

  /**
   * Takes no new requests from now on and computes those that wait, without further delay.
   *
   * @return done when the last of them has been answered
   */
  public CompletableFuture<Void> drain() {
    lock.lock();
    try {
      draining = true;
      dispatch();
    } finally {
      lock.unlock();
    }
    completeIfDrained();
    return drained;
  }

  /** Requests that wait now. */
  public int waiting() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  /** Takes no new requests and rejects all that wait; batches being computed are still answered. */
  @Override
  public void close() {
    List<R> waiting;
    lock.lock();
    try {
      draining = true;
      waiting = queue.removeAll();
    } finally {
      lock.unlock();
    }
    for (R request : waiting) {
      request.reject(Rejection.CLOSED);
    }
    completeIfDrained();
  }

  /** Starts a worker if there is work for it; a worker about to look at the queue takes it all. */
  private void dispatch() {
    if (starting > 0 || idle.isEmpty() || queue.isEmpty()) {
      return;
    }
    long toWait = nanosToWait(clock.getAsLong());
    if (toWait <= 0) {
      starting++;
      executor.execute(idle.remove());
    } else if (!timerSet) {
      timerSet = true;
      timer.schedule(this::onTimer, toWait);
    }
  }

  private void onTimer() {
    lock.lock();
    try {
      timerSet = false;
      dispatch();
    } finally {
      lock.unlock();
    }
  }

  private long nanosToWait(long now) {
    if (maxDelayNanos == 0
        || draining
        || !limits.acrossRequests()
        || queue.rows() >= limits.enoughRows()) {
      return 0;
    }
    return maxDelayNanos - queue.longestWait(now);
  }

  private void rejectDead(List<R> dead) {
    for (R request : dead) {
      request.reject(request.isAbandoned() ? Rejection.ABANDONED : Rejection.EXPIRED);
    }
  }

  private void completeIfDrained() {
    boolean done;
    lock.lock();
    try {
      done = draining && queue.isEmpty() && running == 0;
    } finally {
      lock.unlock();
    }
    if (done) {
      drained.complete(null);
    }
  }

  /** One runner on one thread, with lists that are used again from batch to batch. */
  private final class Worker implements Runnable {
    private final BatchRunner<R> runner;
    private final List<R> batch = new ArrayList<>(limits.maxRows());
    private final List<R> dead = new ArrayList<>();
    private long start;

    /** Whether requests were left waiting when the batch was formed. */
    private boolean leftOthers;

    Worker(BatchRunner<R> runner) {
      this.runner = runner;
    }

    /** Computes batches until nothing is there to compute. */
    @Override
    public void run() {
      boolean goesOn = next(true);
      while (goesOn) {
        if (!batch.isEmpty()) {
          compute();
        }
        goesOn = next(false);
      }
      completeIfDrained();
    }

    /** Takes the next batch. False if there is none: another thread may then run this worker. */
    private boolean next(boolean first) {
      lock.lock();
      try {
        if (first) {
          starting--;
        }
        long now = clock.getAsLong();
        if (!batch.isEmpty()) {
          long took = now - start - runner.spareNanos();
          int rows = QueuedRequest.rows(batch);
          expected.took(took, rows);
          expectedWait.took(took, rows, leftOthers);
        }
        running -= batch.size();
        batch.clear();
        start = now;
        if (!queue.isEmpty() && nanosToWait(start) <= 0) {
          queue.formBatch(start, expected, batch, dead);
        }
        leftOthers = !queue.isEmpty();
        running += batch.size();
        if (batch.isEmpty()) {
          if (dead.isEmpty()) {
            idle.add(this);
            dispatch();
            return false;
          }
          expected.doubt();
        }
        dispatch();
      } finally {
        lock.unlock();
      }
      rejectDead(dead);
      dead.clear();
      return true;
    }

    private void compute() {
      List<List<R>> parts;
      try {
        parts = composition.parts(batch);
      } catch (RuntimeException | Error e) {
        batch.forEach(request -> request.fail(e));
        return;
      }
      parts.forEach(this::compute);
    }

    /** Together, or if that fails, each alone: then only the one at fault fails. */
    private void compute(List<R> part) {
      try {
        runner.run(part, start);
      } catch (RuntimeException | Error together) {
        if (part.size() == 1) {
          part.get(0).fail(together);
          return;
        }
        for (R request : part) {
          compute(List.of(request));
        }
      }
    }
  }
}
