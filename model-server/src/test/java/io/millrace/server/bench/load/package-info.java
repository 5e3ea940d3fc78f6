@NullMarked
package io.millrace.server.bench.load;

import org.jspecify.annotations.NullMarked;
