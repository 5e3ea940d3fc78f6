package io.millrace.server.protocol;

import io.millrace.server.calls.CallRecord;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for an answer, and until when.
 *
 * @param arrivalNanos when the call arrived, on the server's monotonic clock
 * @param deadlineNanos when an answer becomes worthless; Long.MAX_VALUE for never
 * @param cancelled whether the caller has gone away; cheap, callable from any thread
 * @param record what is written down about the call; null if nothing is
 */
public record Caller(
    long arrivalNanos, long deadlineNanos, BooleanSupplier cancelled, @Nullable CallRecord record) {
  /** Of whose call nothing is written down. */
  public Caller(long arrivalNanos, long deadlineNanos, BooleanSupplier cancelled) {
    this(arrivalNanos, deadlineNanos, cancelled, null);
  }
}
