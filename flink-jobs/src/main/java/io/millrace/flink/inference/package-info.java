/** The port through which jobs ask a model server for lists, and its gRPC adapter. */
@NullMarked
package io.millrace.flink.inference;

import org.jspecify.annotations.NullMarked;
