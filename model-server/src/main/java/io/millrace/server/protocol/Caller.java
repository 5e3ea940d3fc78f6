package io.millrace.server.protocol;

import java.util.function.BooleanSupplier;

/**
 * Who waits for an answer, and until when.
 *
 * @param arrivalNanos when the call arrived, on the server's monotonic clock
 * @param deadlineNanos when an answer becomes worthless; Long.MAX_VALUE for never
 * @param cancelled whether the caller has gone away; cheap, callable from any thread
 */
public record Caller(long arrivalNanos, long deadlineNanos, BooleanSupplier cancelled) {}
