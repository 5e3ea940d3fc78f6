package io.millrace.server.llm.generation;

import java.time.Duration;

/**
 * What callers may take.
 *
 * @param queue most requests that wait
 * @param timeout from a request's arrival to the end of its answer
 */
public record GeneratorLimits(int queue, Duration timeout) {
  long timeoutNanos() {
    return timeout.toNanos();
  }
}
