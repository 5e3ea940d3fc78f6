package io.millrace.flink.functions;

import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/** Where Flink sends a user. */
final class Sharding {
  private Sharding() {}

  static int subtaskOf(String user, int parallelism) {
    return KeyGroupRangeAssignment.assignKeyToParallelOperator(
        user, UserHarness.MAX_PARALLELISM, parallelism);
  }
}
