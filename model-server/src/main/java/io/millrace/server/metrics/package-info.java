/** What the server counts, for Prometheus to fetch. */
@NullMarked
package io.millrace.server.metrics;

import org.jspecify.annotations.NullMarked;
