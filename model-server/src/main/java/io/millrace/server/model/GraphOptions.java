package io.millrace.server.model;

/**
 * How a graph is computed.
 *
 * @param provider where
 * @param intraOpThreads threads that one operator may use, at least 1; with 1 a run stays on the
 *     thread that calls it
 */
public record GraphOptions(ExecutionProvider provider, int intraOpThreads) {
  /** Checks the range. */
  public GraphOptions {
    if (intraOpThreads < 1) {
      throw new IllegalArgumentException(
          "intraOpThreads is " + intraOpThreads + ", must be at least 1");
    }
  }
}
