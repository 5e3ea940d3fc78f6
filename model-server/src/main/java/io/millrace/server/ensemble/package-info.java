/** Models that work on each other's outputs, served as one. */
@NullMarked
package io.millrace.server.ensemble;

import org.jspecify.annotations.NullMarked;
