/** What a person sees while events are replayed: progress, and lists for a few users. */
@NullMarked
package io.millrace.standalone.console;

import org.jspecify.annotations.NullMarked;
