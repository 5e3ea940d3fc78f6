/**
 * What is known of each call when it has ended, for those who write it down. Knows only the JDK.
 */
@NullMarked
package io.millrace.server.calls;

import org.jspecify.annotations.NullMarked;
