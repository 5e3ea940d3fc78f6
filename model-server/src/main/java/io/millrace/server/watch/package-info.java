/** Files that may change while the server runs. */
@NullMarked
package io.millrace.server.watch;

import org.jspecify.annotations.NullMarked;
