/**
 * Serves a graph as it is: tensors in, tensors out, rows of different callers computed together.
 */
@NullMarked
package io.millrace.server.raw;

import org.jspecify.annotations.NullMarked;
