/** The Open Inference Protocol over gRPC: the only place that knows the wire. */
@NullMarked
package io.millrace.server.api;

import org.jspecify.annotations.NullMarked;
