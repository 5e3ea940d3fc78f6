package io.millrace.server.model;

import java.util.Map;

/**
 * How a graph is computed.
 *
 * @param provider where
 * @param device which CUDA device, from 0; of no effect on the CPU
 * @param intraOpThreads threads that one operator may use, at least 1; with 1 a run stays on the
 *     thread that calls it
 * @param interOpThreads operators computed at the same time, at least 1
 * @param optimization what is done to the graph before it is computed
 * @param arena memory of a run is kept for the next one
 * @param shrinkArena after each run, memory that the arena does not need is given back
 * @param cuda options of the CUDA provider under ONNX Runtime's names
 */
public record GraphOptions(
    ExecutionProvider provider,
    int device,
    int intraOpThreads,
    int interOpThreads,
    Optimization optimization,
    boolean arena,
    boolean shrinkArena,
    Map<String, String> cuda) {
  /** What is done to a graph before it is computed. */
  public enum Optimization {
    /** Nothing. */
    NONE,
    /** What keeps the meaning of every node. */
    BASIC,
    /** Nodes are fused, too. */
    EXTENDED,
    /** The layout of tensors is changed, too. */
    ALL
  }

  /** Checks the ranges. */
  public GraphOptions {
    if (intraOpThreads < 1 || interOpThreads < 1 || device < 0) {
      throw new IllegalArgumentException(
          String.format(
              "intraOpThreads is %d, interOpThreads is %d, both must be at least 1; device is %d,"
                  + " must be at least 0",
              intraOpThreads, interOpThreads, device));
    }
    cuda = Map.copyOf(cuda);
  }

  /** With everything else as it is best for serving. */
  public GraphOptions(ExecutionProvider provider, int intraOpThreads) {
    this(provider, 0, intraOpThreads, 1, Optimization.ALL, true, false, Map.of());
  }
}
