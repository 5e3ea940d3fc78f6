/** Spans for calls. The one place that knows OpenTelemetry. */
@NullMarked
package io.millrace.server.tracing;

import org.jspecify.annotations.NullMarked;
