/** The command line and the one-process default of the whole system. */
@NullMarked
package io.millrace.standalone;

import org.jspecify.annotations.NullMarked;
