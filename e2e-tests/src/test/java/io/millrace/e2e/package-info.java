/** The whole system, driven and read from outside. */
@NullMarked
package io.millrace.e2e;

import org.jspecify.annotations.NullMarked;
