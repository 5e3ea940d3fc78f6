/** Latencies, the floor they are compared with, and where processor time went. */
@NullMarked
package io.millrace.standalone.measurement;

import org.jspecify.annotations.NullMarked;
