package io.millrace.server.inference;

import java.util.List;

/** A loaded computation from named tensors to named tensors. Safe for use by many threads. */
public interface Graph extends AutoCloseable {
  /** In the graph's own order; that order numbers them in {@link GraphInstance}. */
  List<TensorSpec> inputs();

  /** In the graph's own order; that order numbers them in {@link GraphInstance}. */
  List<TensorSpec> outputs();

  /** The execution provider that is really in use: {@code cpu} or {@code cuda}. */
  String provider();

  /**
   * Processor time that the threads which run it have spent in it since it was loaded, in
   * nanoseconds; threads that the graph itself has are not among them.
   */
  long cpuNanos();

  /** Buffers of its own to run the graph with. Close it before the graph. */
  GraphInstance newInstance();

  @Override
  void close();
}
