@NullMarked
package io.millrace.server.tracing;

import org.jspecify.annotations.NullMarked;
