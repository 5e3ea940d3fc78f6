package io.millrace.server.raw;

import java.util.List;

/**
 * How requests map to a graph's tensors.
 *
 * @param maxBatchSize most rows of a batch; 0: tensors have no batch dimension, and every request
 *     runs alone
 * @param inputs what callers send
 * @param computed what is computed from that
 * @param outputs what callers get, in the graph's order
 * @param groupsByLength whether the graph pads rows of ragged inputs to the longest, so that rows
 *     of similar length are computed together
 */
public record RawSignature(
    int maxBatchSize,
    List<RawInput> inputs,
    List<ComputedInput> computed,
    List<RawOutput> outputs,
    boolean groupsByLength) {
  /** Copies the lists. */
  public RawSignature {
    inputs = List.copyOf(inputs);
    computed = List.copyOf(computed);
    outputs = List.copyOf(outputs);
  }

  boolean hasBatchDimension() {
    return maxBatchSize > 0;
  }

  /** Dimensions before those of a row. */
  int leading() {
    return hasBatchDimension() ? 1 : 0;
  }
}
