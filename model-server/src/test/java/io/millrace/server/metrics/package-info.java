@NullMarked
package io.millrace.server.metrics;

import org.jspecify.annotations.NullMarked;
