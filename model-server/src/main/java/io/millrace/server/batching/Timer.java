package io.millrace.server.batching;

/** Runs something later. */
@FunctionalInterface
public interface Timer {
  /** Runs the action once, no earlier than after the delay, on any thread. */
  void schedule(Runnable action, long delayNanos);
}
