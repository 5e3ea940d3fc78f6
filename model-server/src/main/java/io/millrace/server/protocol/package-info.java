/**
 * The Open Inference Protocol's calls and messages, apart from how they travel: what gRPC and HTTP
 * have in common.
 */
@NullMarked
package io.millrace.server.protocol;

import org.jspecify.annotations.NullMarked;
