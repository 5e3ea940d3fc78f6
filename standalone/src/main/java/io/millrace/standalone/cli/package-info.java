/** The command line: what is started, and small tools for a running system. */
@NullMarked
package io.millrace.standalone.cli;

import org.jspecify.annotations.NullMarked;
