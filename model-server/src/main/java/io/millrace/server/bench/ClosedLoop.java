package io.millrace.server.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import io.millrace.server.recommender.RetrieverBatch;
import io.millrace.server.recommender.RetrieverRow;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Runs batches of one size back to back on some threads, and says what they cost. */
final class ClosedLoop {
  private static final double WARM_UP_SHARE = 0.25;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MICRO = 1e3;
  private static final double MEDIAN = 50;
  private static final double TAIL = 99;
  private static final int DIGITS = 3;

  private final Supplier<RetrieverBatch> instances;
  private final List<List<RetrieverRow>> batches = new ArrayList<>();

  /**
   * Cuts the rows into batches, in their order, over and over until each batch is full.
   *
   * @param instances makes one for each thread
   */
  ClosedLoop(Supplier<RetrieverBatch> instances, List<RetrieverRow> rows, int batchSize) {
    this.instances = instances;
    for (int from = 0; from < rows.size(); from += batchSize) {
      List<RetrieverRow> batch = new ArrayList<>(batchSize);
      for (int i = 0; i < batchSize; i++) {
        batch.add(rows.get((from + i) % rows.size()));
      }
      batches.add(batch);
    }
  }

  /** Runs for that long, after a quarter of it to warm up. */
  ObjectNode run(int threads, double seconds) {
    List<RetrieverBatch> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      all.add(instances.get());
    }
    try {
      phase(all, seconds * WARM_UP_SHARE, new Recorder(DIGITS));
      Recorder latencies = new Recorder(DIGITS);
      OperatingSystemMXBean process =
          (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      long cpu = process.getProcessCpuTime();
      long start = System.nanoTime();
      long rows = phase(all, seconds, latencies);
      double nanos = System.nanoTime() - start;
      double cpuNanos = process.getProcessCpuTime() - cpu;
      ObjectNode result = new ObjectMapper().createObjectNode();
      result.put("batch_size", batches.get(0).size());
      result.put("instances", threads);
      result.put("rows_per_s", rows / (nanos / NANOS_PER_SECOND));
      result.put("core_us_per_row", cpuNanos / NANOS_PER_MICRO / rows);
      Histogram histogram = latencies.getIntervalHistogram();
      result.put("p50_us", histogram.getValueAtPercentile(MEDIAN) / NANOS_PER_MICRO);
      result.put("p99_us", histogram.getValueAtPercentile(TAIL) / NANOS_PER_MICRO);
      return result;
    } finally {
      all.forEach(RetrieverBatch::close);
    }
  }

  private long phase(List<RetrieverBatch> all, double seconds, Recorder latencies) {
    long end = System.nanoTime() + (long) (seconds * NANOS_PER_SECOND);
    LongAdder rows = new LongAdder();
    AtomicBoolean failed = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < all.size(); t++) {
      RetrieverBatch instance = all.get(t);
      // Threads start at different places, so that they do not run the same batch in step.
      int first = t * batches.size() / all.size();
      Thread thread =
          new Thread(
              () -> {
                int i = first;
                // At least one, so that a machine with no time to spare still has a figure.
                do {
                  List<RetrieverRow> batch = batches.get(i++ % batches.size());
                  long before = System.nanoTime();
                  instance.run(batch);
                  latencies.recordValue(System.nanoTime() - before);
                  rows.add(batch.size());
                } while (System.nanoTime() < end);
              });
      thread.setUncaughtExceptionHandler((dead, cause) -> failed.set(true));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while measuring", e);
      }
    }
    if (failed.get()) {
      throw new IllegalArgumentException(
          "the graph fails on these rows; item indices must be those of the bundle");
    }
    return rows.sum();
  }
}
