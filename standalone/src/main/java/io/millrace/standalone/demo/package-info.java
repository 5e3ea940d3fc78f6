/** The demo from its first line to its report, in the order in which it happens. */
@NullMarked
package io.millrace.standalone.demo;

import org.jspecify.annotations.NullMarked;
