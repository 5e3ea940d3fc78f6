/** Who may call what. */
@NullMarked
package io.millrace.server.access;

import org.jspecify.annotations.NullMarked;
