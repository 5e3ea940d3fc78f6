package io.millrace.server.inference;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * What one loaded version of a model has done since it was loaded. Recording allocates nothing and
 * takes no lock; any thread may record and read.
 */
public final class ModelStatistics {
  /** Why a request got no answer, under the names that Triton's metrics have. */
  public enum Failure {
    /** Refused before it was computed: the queue was full, or its time ran out there. */
    REJECTED,
    /** Its caller went away. */
    CANCELED,
    /** The graph failed on it. */
    BACKEND,
    /** Anything else, such as a request that cannot be answered as it is. */
    OTHER
  }

  private final IntSupplier pending;
  private final LongSupplier cpuNanos;
  private final LongAdder[] failures = adders(Failure.values().length);
  private final LongAdder failureNanos = new LongAdder();
  private final LongAdder inferences = new LongAdder();
  private final DurationHistogram request = new DurationHistogram();
  private final DurationHistogram queue = new DurationHistogram();
  private final DurationHistogram input = new DurationHistogram();
  private final DurationHistogram compute = new DurationHistogram();
  private final DurationHistogram output = new DurationHistogram();
  private final LongAdder[] executions;
  private final LongAdder[] executionNanos;
  private final AtomicLong lastInferenceMillis = new AtomicLong();

  /**
   * Starts at zero.
   *
   * @param maxRows most rows of a batch
   * @param pending how many requests wait now
   * @param cpuNanos as {@link Graph#cpuNanos}
   */
  public ModelStatistics(int maxRows, IntSupplier pending, LongSupplier cpuNanos) {
    this.executions = adders(maxRows);
    this.executionNanos = adders(maxRows);
    this.pending = pending;
    this.cpuNanos = cpuNanos;
  }

  private static LongAdder[] adders(int count) {
    LongAdder[] adders = new LongAdder[count];
    for (int i = 0; i < count; i++) {
      adders[i] = new LongAdder();
    }
    return adders;
  }

  /**
   * A batch was computed.
   *
   * @param rows of all its requests together, from 1 to the most there may be
   * @param nanos from forming it until its requests were answered
   */
  public void executed(int rows, long nanos) {
    executions[rows - 1].increment();
    executionNanos[rows - 1].add(nanos);
    inferences.add(rows);
  }

  /**
   * A request was answered.
   *
   * @param requestNanos from its arrival until its answer was handed to the network
   * @param queueNanos of that, waiting
   * @param inputNanos of that, turning what arrived into tensors
   * @param computeNanos of that, in the graph, for the whole batch
   * @param outputNanos of that, turning tensors into what is sent
   * @param epochMillis when
   */
  public void succeeded(
      long requestNanos,
      long queueNanos,
      long inputNanos,
      long computeNanos,
      long outputNanos,
      long epochMillis) {
    request.record(requestNanos);
    queue.record(queueNanos);
    input.record(inputNanos);
    compute.record(computeNanos);
    output.record(outputNanos);
    lastInferenceMillis.lazySet(epochMillis);
  }

  /**
   * A request got no answer.
   *
   * @param nanos from its arrival
   */
  public void failed(Failure reason, long nanos) {
    failures[reason.ordinal()].increment();
    failureNanos.add(nanos);
  }

  /** Requests that wait now. */
  public int pending() {
    return pending.getAsInt();
  }

  /** As {@link Graph#cpuNanos}. */
  public long cpuNanos() {
    return cpuNanos.getAsLong();
  }

  /** Requests that failed for that reason. */
  public long failures(Failure reason) {
    return failures[reason.ordinal()].sum();
  }

  /** Time of all requests that failed, together. */
  public long failureNanos() {
    return failureNanos.sum();
  }

  /** Rows computed. */
  public long inferences() {
    return inferences.sum();
  }

  /** Most rows of a batch. */
  public int maxRows() {
    return executions.length;
  }

  /** Batches of that many rows that were computed. */
  public long executions(int rows) {
    return executions[rows - 1].sum();
  }

  /** Time of all batches of that many rows, together. */
  public long executionNanos(int rows) {
    return executionNanos[rows - 1].sum();
  }

  /** Batches computed. */
  public long executions() {
    long sum = 0;
    for (LongAdder count : executions) {
      sum += count.sum();
    }
    return sum;
  }

  /** Whole time of requests that were answered. */
  public DurationHistogram request() {
    return request;
  }

  /** Waiting time of requests that were answered. */
  public DurationHistogram queue() {
    return queue;
  }

  /** Time to turn what arrived into tensors. */
  public DurationHistogram input() {
    return input;
  }

  /** Time in the graph. */
  public DurationHistogram compute() {
    return compute;
  }

  /** Time to turn tensors into what is sent. */
  public DurationHistogram output() {
    return output;
  }

  /** When a request was last answered, in milliseconds of the epoch; 0 for never. */
  public long lastInferenceMillis() {
    return lastInferenceMillis.get();
  }
}
