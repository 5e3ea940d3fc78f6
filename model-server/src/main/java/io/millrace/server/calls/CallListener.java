package io.millrace.server.calls;

/** Wants to know of calls. */
@FunctionalInterface
public interface CallListener {
  /**
   * A call has ended. Called once for each, on the thread that ended it; never blocks, never
   * throws.
   */
  void ended(CallRecord call);
}
