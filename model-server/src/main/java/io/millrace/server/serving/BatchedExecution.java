package io.millrace.server.serving;

import io.millrace.server.batching.BatchRunner;
import io.millrace.server.batching.BatchingLimits;
import io.millrace.server.batching.Composition;
import io.millrace.server.batching.DynamicBatcher;
import io.millrace.server.batching.QueuedRequest;
import io.millrace.server.inference.ModelStatistics;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * A model's batcher together with its threads: one for each runner, and one that ends delays.
 *
 * @param <R> the kind of request
 */
public final class BatchedExecution<R extends QueuedRequest> implements AutoCloseable {
  private static final long LONGEST_BATCH_SECONDS = 30;

  private final String model;
  private final ExecutorService threads;
  private final ScheduledExecutorService timer;
  private final DynamicBatcher<R> batcher;
  private final ModelStatistics statistics;

  /**
   * Ready for requests.
   *
   * @param model names the threads
   * @param runners one thread each
   * @param composition as {@link DynamicBatcher} takes it
   * @param cpuNanos processor time that the runners have spent in graphs
   * @param clock as {@link DynamicBatcher} takes it
   */
  public BatchedExecution(
      String model,
      BatchingLimits limits,
      List<? extends BatchRunner<R>> runners,
      Composition<R> composition,
      LongSupplier cpuNanos,
      LongSupplier clock) {
    this.model = model;
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            runners.size(),
            runners.size(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(runners.size()),
            named(model));
    // A thread that cannot be had is a failure to load, not one of a later request.
    pool.prestartAllCoreThreads();
    this.threads = pool;
    this.timer = Executors.newSingleThreadScheduledExecutor(named(model + "-delay"));
    this.statistics = new ModelStatistics(limits.maxRows(), this::waiting, cpuNanos);
    this.batcher =
        new DynamicBatcher<>(
            limits,
            runners.stream().map(runner -> counted(runner, clock)).toList(),
            composition,
            clock,
            threads,
            (action, nanos) -> timer.schedule(action, nanos, TimeUnit.NANOSECONDS));
  }

  private BatchRunner<R> counted(BatchRunner<R> runner, LongSupplier clock) {
    return new BatchRunner<>() {
      @Override
      public void run(List<R> batch, long start) {
        runner.run(batch, start);
        statistics.executed(QueuedRequest.rows(batch), clock.getAsLong() - start);
      }

      @Override
      public long spareNanos() {
        return runner.spareNanos();
      }
    };
  }

  private int waiting() {
    return batcher.waiting();
  }

  /** What the model has done. */
  public ModelStatistics statistics() {
    return statistics;
  }

  /** As {@link DynamicBatcher#submit}. */
  public boolean submit(R request) {
    return batcher.submit(request);
  }

  /** As {@link DynamicBatcher#drain}. */
  public CompletableFuture<Void> drain() {
    return batcher.drain();
  }

  /**
   * Rejects what waits, and returns when no thread computes any more.
   *
   * @throws IllegalStateException if one still does after a long time: then nothing that it uses
   *     may be freed
   */
  @Override
  public void close() {
    batcher.close();
    timer.shutdownNow();
    threads.shutdown();
    boolean ended = false;
    try {
      ended = threads.awaitTermination(LONGEST_BATCH_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!ended) {
      throw new IllegalStateException(
          "model '" + model + "' still computes; what it uses is not freed");
    }
  }

  private static ThreadFactory named(String model) {
    AtomicInteger next = new AtomicInteger();
    return action -> {
      Thread thread = new Thread(action, model + '-' + next.getAndIncrement());
      thread.setDaemon(true);
      return thread;
    };
  }
}
