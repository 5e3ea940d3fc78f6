/** The demo's data set: ratings in the order of time, and the catalogue they refer to. */
@NullMarked
package io.millrace.standalone.data;

import org.jspecify.annotations.NullMarked;
