/** Where the server listens, and who it is, and who callers have to be, on those connections. */
@NullMarked
package io.millrace.server.transport;

import org.jspecify.annotations.NullMarked;
