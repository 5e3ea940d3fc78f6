package io.millrace.server.calls;

import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Begins a record of each call, where there is somebody who wants to know. */
public final class CallRecords {
  /** Of nothing. */
  public static final CallRecords NONE =
      new CallRecords(List.of(), () -> 0, InstantSource.system());

  private final List<CallListener> listeners;
  private final LongSupplier clock;
  private final InstantSource calendar;

  /**
   * For those listeners.
   *
   * @param listeners who is told when calls end; empty: nothing is recorded
   * @param clock monotonic nanoseconds, the one that callers' times are on
   */
  public CallRecords(List<CallListener> listeners, LongSupplier clock, InstantSource calendar) {
    this.listeners = List.copyOf(listeners);
    this.clock = clock;
    this.calendar = calendar;
  }

  /** Whether anybody wants to know. */
  public boolean wanted() {
    return !listeners.isEmpty();
  }

  /**
   * A call begins now.
   *
   * @param protocol {@code grpc} or {@code http}
   * @param method what was called, in the protocol's own words
   * @param traceParent the caller's W3C trace context; null without
   */
  public CallRecord begin(String protocol, String method, @Nullable String traceParent) {
    return new CallRecord(this, protocol, method, traceParent, calendar.instant(), now());
  }

  long now() {
    return clock.getAsLong();
  }

  void ended(CallRecord call) {
    listeners.forEach(listener -> listener.ended(call));
  }
}
