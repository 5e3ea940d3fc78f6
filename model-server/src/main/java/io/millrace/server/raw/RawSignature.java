package io.millrace.server.raw;

import io.millrace.server.inference.TensorSpec;
import java.util.List;

/**
 * How requests map to a graph's tensors.
 *
 * @param maxBatchSize most rows of a batch; 0: tensors have no batch dimension, and every request
 *     runs alone
 * @param inputs what callers send
 * @param rowEnds what is computed from that
 * @param outputs what callers get, in the graph's order
 */
public record RawSignature(
    int maxBatchSize, List<RawInput> inputs, List<RowEndsInput> rowEnds, List<TensorSpec> outputs) {
  /** Copies the lists. */
  public RawSignature {
    inputs = List.copyOf(inputs);
    rowEnds = List.copyOf(rowEnds);
    outputs = List.copyOf(outputs);
  }

  boolean hasBatchDimension() {
    return maxBatchSize > 0;
  }
}
