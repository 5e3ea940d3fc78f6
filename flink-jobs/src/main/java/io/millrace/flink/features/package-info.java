/**
 * What is known about a user, and about what is popular, one feature per file: state, retention,
 * update, value. Plain Java: nothing here knows Flink.
 */
@NullMarked
package io.millrace.flink.features;

import org.jspecify.annotations.NullMarked;
