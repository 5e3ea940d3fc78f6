/** What profiles are written from, and when writing one again is worth it. */
@NullMarked
package io.millrace.flink.profiles.evidence;

import org.jspecify.annotations.NullMarked;
