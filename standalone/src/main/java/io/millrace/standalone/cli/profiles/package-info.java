/** {@code ./millrace profile}: show a profile, have it written again, say what a user likes. */
@NullMarked
package io.millrace.standalone.cli.profiles;

import org.jspecify.annotations.NullMarked;
