/** The model server: composes the parts, starts them in order and stops them in order. */
@NullMarked
package io.millrace.server;

import org.jspecify.annotations.NullMarked;
