/** {@code ./millrace explain}: show how a past list came about. */
@NullMarked
package io.millrace.standalone.cli.explain;

import org.jspecify.annotations.NullMarked;
