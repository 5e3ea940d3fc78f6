/** A line for each call. */
@NullMarked
package io.millrace.server.accesslog;

import org.jspecify.annotations.NullMarked;
