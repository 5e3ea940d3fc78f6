package io.millrace.server.batching;

import java.time.Duration;
import java.util.List;

/**
 * How large batches get and how long requests wait.
 *
 * @param maxRows most rows of a batch, at least 1; a request with more rows than this is the
 *     caller's to refuse
 * @param preferredRows rows of a batch that starts without further delay, ascending; empty: only
 *     {@code maxRows}
 * @param maxDelay how long the first request of a batch waits for company while an instance is
 *     idle; zero: not at all, batches then form while all instances are busy
 * @param levels how requests wait at each priority level, the highest first; at least one
 * @param defaultLevel of requests that name no level, from 1
 * @param acrossRequests whether requests may share a batch at all
 */
public record BatchingLimits(
    int maxRows,
    List<Integer> preferredRows,
    Duration maxDelay,
    List<QueuePolicy> levels,
    int defaultLevel,
    boolean acrossRequests) {
  /** Copies the lists and checks the ranges. */
  public BatchingLimits {
    preferredRows = List.copyOf(preferredRows);
    levels = List.copyOf(levels);
    if (maxRows < 1) {
      throw new IllegalArgumentException("maxRows is " + maxRows + ", must be at least 1");
    }
    if (maxDelay.isNegative()) {
      throw new IllegalArgumentException("maxDelay is " + maxDelay + ", must not be negative");
    }
    if (defaultLevel < 1 || defaultLevel > levels.size()) {
      throw new IllegalArgumentException(
          "defaultLevel is " + defaultLevel + ", must be from 1 to " + levels.size());
    }
    int least = 1;
    for (int rows : preferredRows) {
      if (rows < least || rows > maxRows) {
        throw new IllegalArgumentException(
            "preferredRows are " + preferredRows + ", must ascend from 1 to " + maxRows);
      }
      least = rows + 1;
    }
  }

  /**
   * With one level and no preferred sizes.
   *
   * @param maxWait as {@link QueuePolicy} has it; whoever waits longer is rejected
   */
  public BatchingLimits(
      int maxRows, Duration maxDelay, Duration maxWait, int queueCapacity, boolean acrossRequests) {
    this(
        maxRows,
        List.of(),
        maxDelay,
        List.of(new QueuePolicy(maxWait, false, queueCapacity)),
        1,
        acrossRequests);
  }

  /** Rows with which a batch starts without further delay. */
  int enoughRows() {
    return preferredRows.isEmpty() ? maxRows : preferredRows.get(0);
  }
}
