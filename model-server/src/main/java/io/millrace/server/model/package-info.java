/** Graphs on ONNX Runtime: the only place that knows it. */
@NullMarked
package io.millrace.server.model;

import org.jspecify.annotations.NullMarked;
