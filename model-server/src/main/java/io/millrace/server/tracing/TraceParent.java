package io.millrace.server.tracing;

import io.millrace.server.calls.CallRecord;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the caller's W3C trace context out of a record. */
enum TraceParent implements TextMapGetter<CallRecord> {
  /** The only one. */
  GETTER;

  private static final String HEADER = "traceparent";

  @Override
  public Iterable<String> keys(CallRecord call) {
    return List.of(HEADER);
  }

  @Override
  public @Nullable String get(@Nullable CallRecord call, String key) {
    return call != null && key.equals(HEADER) ? call.traceParent() : null;
  }
}
