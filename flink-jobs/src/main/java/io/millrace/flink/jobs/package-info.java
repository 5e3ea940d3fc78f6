/** The jobs: what is connected to what, and nothing else. */
@NullMarked
package io.millrace.flink.jobs;

import org.jspecify.annotations.NullMarked;
