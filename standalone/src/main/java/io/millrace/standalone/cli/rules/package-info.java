/** {@code ./millrace rule}: put, list, check and remove rules. */
@NullMarked
package io.millrace.standalone.cli.rules;

import org.jspecify.annotations.NullMarked;
