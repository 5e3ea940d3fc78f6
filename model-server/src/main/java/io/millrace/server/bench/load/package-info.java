/** A load generator for servers of the Open Inference Protocol, over gRPC and HTTP. */
@NullMarked
package io.millrace.server.bench.load;

import org.jspecify.annotations.NullMarked;
