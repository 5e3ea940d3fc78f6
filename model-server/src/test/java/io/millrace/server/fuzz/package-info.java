/** Input that nobody would send in good faith, and what becomes of it. */
@NullMarked
package io.millrace.server.fuzz;

import org.jspecify.annotations.NullMarked;
