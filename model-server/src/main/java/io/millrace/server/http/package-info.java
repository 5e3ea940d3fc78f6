/** The Open Inference Protocol over HTTP/1.1: JSON, and binary tensors beside it. */
@NullMarked
package io.millrace.server.http;

import org.jspecify.annotations.NullMarked;
