/**
 * The options of the jobs, their reference, and the settings that are made of them. Options are
 * Flink's own kind, so they are set wherever Flink's are.
 */
@NullMarked
package io.millrace.flink.config;

import org.jspecify.annotations.NullMarked;
