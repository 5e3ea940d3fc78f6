@NullMarked
package io.millrace.server.batching;

import org.jspecify.annotations.NullMarked;
